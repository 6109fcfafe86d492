import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import { type Desktop, launchConsole, until } from '../desktop';
import type { TinyPage } from './page/page';

declare global {
  /** Not there before the page has run. */
  var tiny: TinyPage;
}

const checkout = resolve(import.meta.dirname, '../../..');

/** What the shell is made of. */
const SOURCES = [
  'electron.vite.config.ts',
  'src/adapters/custodianLink',
  'src/adapters/electronStore',
  'src/adapters/folderLock',
  'src/adapters/keystore',
  'src/contract',
  'src/custodian',
  'src/engine/ports',
  'src/main',
  'src/preload',
  'test/support/shellApp',
];

/**
 * Builds the shell around a tiny engine, once for all tests of the same sources.
 * @returns the folder of the application
 */
export function buildShellApp(): string {
  const name = `shell-${hashOfSources()}`;
  const folder = join(checkout, 'out', name);
  if (existsSync(folder)) return folder;
  removeOldBuilds(name);
  const work = `${folder}.${process.pid}`;
  const builder = join(checkout, 'node_modules/electron-vite/bin/electron-vite.js');
  const config = 'test/support/shellApp/electron.vite.config.ts';
  execFileSync(process.execPath, [builder, 'build', '--logLevel', 'error', '--config', config], {
    cwd: checkout,
    env: { ...process.env, RISCURA_SHELL_APP: work },
  });
  const description = { name: 'shell', version: '1.2.3', type: 'module', main: 'out/main/index.js' };
  writeFileSync(join(work, 'package.json'), JSON.stringify(description));
  symlinkSync('../../node_modules', join(work, 'node_modules'));
  try {
    renameSync(work, folder);
  } catch {
    // Another test has built the same meanwhile.
    rmSync(work, { recursive: true });
  }
  return folder;
}

/** Removes what was built of other sources; what another test builds of these stays. */
function removeOldBuilds(current: string): void {
  const out = join(checkout, 'out');
  if (!existsSync(out)) return;
  for (const name of readdirSync(out)) {
    if (!name.startsWith('shell-') || name.startsWith(current)) continue;
    rmSync(join(out, name), { recursive: true, force: true });
  }
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((place) => filesBelow(join(checkout, place))).sort()) {
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}

function filesBelow(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

/** The shell with the tiny engine, running. */
export interface RunningShell {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly dataFolder: string;
  /** Resolves when the page has got so many ports and its engine answers. */
  connected(ports?: number): Promise<void>;
}

/** Opens the shell on a desktop and waits until its page has an engine. */
export async function openShell(
  desktop: Desktop,
  dataFolder: string,
  args: readonly string[] = [],
): Promise<RunningShell> {
  const app = await launchConsole(desktop, { app: buildShellApp(), dataFolder, args });
  const page = await app.firstWindow();
  const hasPorts = (wanted: number): Promise<boolean> =>
    page
      .evaluate(
        (count) => 'tiny' in globalThis && globalThis.tiny.ports >= count && globalThis.tiny.engine !== null,
        wanted,
      )
      // The page is being loaded anew just now.
      .catch(() => false);
  const connected = (ports = 1) => until(`port ${ports} of the page`, () => hasPorts(ports));
  await connected();
  return { app, page, dataFolder, connected };
}
