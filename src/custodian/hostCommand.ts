import { join } from 'node:path';
import type { ChildHostKind } from '../adapters/custodianLink';

/** A program to start: what it is, what it gets. */
export interface HostCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where the parts of the application are. */
export interface Layout {
  /** A Node binary. Electron itself is none in what is shipped: that fuse is off. */
  readonly node: string;
  /** The folder of the engine's bundle. */
  readonly engine: string;
  /** The folder of the bundles of the hosts, outside of any archive: a plain Node cannot read one. */
  readonly hosts: string;
  /** All that the hosts read of the application: their bundles, and the modules that these load. */
  readonly application: readonly string[];
  /** Folders of models: those that came with the console and those that were imported. */
  readonly models: readonly string[];
}

const SCRIPTS: Readonly<Record<ChildHostKind, readonly [string, ...string[]]>> = {
  model: ['modelHost.js'],
  embedding: ['modelHost.js', '--role', 'embed'],
  parser: ['parserHost.js'],
};

/** The heap of JavaScript that a host may use; a document that needs more is refused, not swapped for. */
const HEAP_MB: Readonly<Record<ChildHostKind, number>> = { model: 512, embedding: 512, parser: 768 };

/**
 * The command that starts a host.
 * @param socket where it must listen
 * @param secret what it must prove to know
 */
export function hostCommand(
  kind: ChildHostKind,
  layout: Layout,
  socket: string,
  secret: string,
): HostCommand {
  const [script, ...args] = SCRIPTS[kind];
  return {
    file: layout.node,
    args: [`--max-old-space-size=${HEAP_MB[kind]}`, join(layout.hosts, script), ...args],
    env: {
      LANG: 'C.UTF-8',
      // Libraries ask for a home when they are loaded and fail where there is none; this one holds nothing.
      HOME: '/',
      RISCURA_HOST_SOCKET: socket,
      RISCURA_HOST_SECRET: secret,
      ...systemVariables(),
      ...(layout.models[0] ? { RISCURA_MODELS: layout.models[0] } : {}),
    },
  };
}

/** What Windows needs to load its own libraries. */
function systemVariables(): Record<string, string> {
  const root = process.env.SystemRoot;
  return process.platform === 'win32' && root ? { SystemRoot: root } : {};
}
