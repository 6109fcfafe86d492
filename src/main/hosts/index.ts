import { MessageChannelMain, type MessagePortMain } from 'electron';
import type { EngineLink } from '../../adapters/custodianLink';
import type { CustodianKeystore } from '../../adapters/keytar';
import type { Log } from '../../engine/ports';
import { openBrowser } from '../browser';
import type { DataFolder } from '../dataFolder';
import { createWindowPorts, type WindowPorts } from '../windowPorts';
import { startChildHost } from './childHost';
import { type ChildHosts, createChildHosts } from './childHosts';
import { type Confinement, findConfinement } from './confinement';
import { forkEngine } from './engineProcess';
import { superviseEngine } from './engineSupervisor';
import { hostCommand, type Layout } from './hostCommand';
import { createHostSockets, type HostSockets } from './hostSockets';
import { createHostStates } from './hostStates';
import { requestHandlers } from './requestHandlers';
import { createRestartPolicy } from './restartPolicy';

export interface HostsSettings {
  readonly layout: Layout;
  readonly folder: DataFolder;
  readonly version: string;
  readonly keystore: CustodianKeystore;
  readonly log: Log;
  /** The engine died too often to be started again by itself. */
  onEngineFailed(): void;
}

/** All the processes of the console that are not Chromium's. */
export interface HostProcesses {
  readonly windows: WindowPorts<MessagePortMain>;
  start(): void;
  retryEngine(): void;
  /** Ends all of them, the engine in its own time. */
  stop(): Promise<void>;
}

/** Puts together the engine host, the hosts that work for it, and the windows that speak with it. */
export function createHosts(settings: HostsSettings): HostProcesses {
  const { layout, folder, log } = settings;
  const sockets = createHostSockets();
  const windows = createWindowPorts(newChannel);
  let engineLink: EngineLink<MessagePortMain> | null = null;
  const states = createHostStates((all) => engineLink?.hosts(all));
  const confinement = once(async () => {
    const found = await findConfinement(layout);
    states.setConfined(found.confined);
    if (found.missing) log.warn('hosts run unconfined', { why: found.missing });
    return found;
  });

  const children = createChildHosts({
    start: async (kind, secret) => startConfined(await confinement(), sockets, layout, kind, secret),
    log,
    onState: states.set,
    onExited: (id) => engineLink?.hostExited(id),
  });

  const engine = superviseEngine<MessagePortMain>({
    fork: () => forkEngine(layout, folder.path, settings.version),
    kill: (pid) => process.kill(pid, 'SIGKILL'),
    handlers: requestHandlers(settings.keystore, children, openBrowser),
    policy: createRestartPolicy(),
    log,
    onStarted: (link) => {
      engineLink = link;
      link.hosts(states.all());
    },
    onReady: windows.engineReady,
    onGone: () => {
      engineLink = null;
      windows.engineGone();
      void children.killAll();
    },
    onState: (state, restarts) => {
      states.set('engine', state, restarts);
      if (state === 'failed') settings.onEngineFailed();
    },
    onCredential: windows.remember,
  });

  return {
    windows,
    start: () => {
      // The engine is told how its hosts are shut in before anything else.
      void confinement().then(engine.start);
    },
    retryEngine: engine.retry,
    stop: async () => {
      await engine.stop();
      await children.killAll();
      sockets.clear();
    },
  };
}

function startConfined(
  confinement: Confinement,
  sockets: HostSockets,
  layout: Layout,
  kind: Parameters<ChildHosts['spawn']>[0],
  secret: string,
) {
  const socket = sockets.next();
  const command = hostCommand(kind, layout, socket.path, secret);
  const wrapped = socket.folder ? confinement.wrap(kind, command, socket.folder) : command;
  return { host: startChildHost(wrapped, socket), socketPath: socket.path, confined: confinement.confined };
}

function newChannel(): { forWindow: MessagePortMain; forEngine: MessagePortMain } {
  const { port1, port2 } = new MessageChannelMain();
  return { forWindow: port1, forEngine: port2 };
}

function once<Result>(run: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= run();
    return result;
  };
}
