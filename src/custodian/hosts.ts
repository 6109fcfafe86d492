import type { EngineLink, Examination, RequestHandlers } from '../adapters/custodianLink';
import type { CustodianKeystore } from '../adapters/keystore';
import type { Log } from '../engine/ports';
import { startChildHost } from './childHost';
import { type ChildHosts, createChildHosts } from './childHosts';
import { type Confinement, findConfinement } from './confinement';
import { type EngineProcess, superviseEngine } from './engineSupervisor';
import { hostCommand, type Layout } from './hostCommand';
import { createHostSockets, type HostSockets } from './hostSockets';
import { createHostStates } from './hostStates';
import { type OpenBrowser, requestHandlers } from './requestHandlers';
import { createRestartPolicy } from './restartPolicy';
import { createTabCredentials } from './tabCredentials';

export interface HostsSettings<Port> {
  readonly layout: Layout;
  readonly keystore: CustodianKeystore;
  readonly log: Log;
  /** How long the engine may take to let answers end and to close everything, in milliseconds. */
  readonly drainMs?: number;
  /** Starts the process in which the engine lives. */
  forkEngine(): EngineProcess<Port>;
  readonly openBrowser: OpenBrowser;
  onReady(link: EngineLink<Port>): void;
  onGone(): void;
  onCredential(window: string, credential: string | null): void;
  /** The engine died too often to be started again by itself. */
  onEngineFailed(): void;
}

/** All the processes of the console that are not Chromium's. */
export interface HostProcesses {
  start(): void;
  retryEngine(): void;
  /** How the engine is; `null` when it does not answer, or there is none at the moment. */
  examine(metrics: boolean): Promise<Examination | null>;
  /** Ends all of them, the engine in its own time. */
  stop(): Promise<void>;
  /** Ends all of them at once. */
  kill(): void;
}

/** Puts together the engine host and the hosts that work for it. */
export function createHosts<Port>(settings: HostsSettings<Port>): HostProcesses {
  const { layout, log } = settings;
  const sockets = createHostSockets();
  let engineLink: EngineLink<Port> | null = null;
  const states = createHostStates((all) => engineLink?.hosts(all));
  const confinement = once(async () => {
    const found = await findConfinement(layout);
    states.setConfined(found.confined);
    if (found.missing) log.warn('hosts run unconfined', { why: found.missing });
    return found;
  });

  const tabs = createTabCredentials();
  const children = createChildHosts({
    start: async (kind, secret) => startConfined(await confinement(), sockets, layout, kind, secret),
    log,
    onState: states.set,
    onExited: (id) => engineLink?.hostExited(id),
  });
  const handlers: RequestHandlers = requestHandlers(settings.keystore, children, settings.openBrowser, tabs);

  const engine = superviseEngine<Port>({
    fork: settings.forkEngine,
    kill: (pid) => process.kill(pid, 'SIGKILL'),
    handlers,
    policy: createRestartPolicy(),
    log,
    ...(settings.drainMs !== undefined && { drainMs: settings.drainMs }),
    onStarted: (link) => {
      engineLink = link;
      link.hosts(states.all());
    },
    onReady: settings.onReady,
    onGone: () => {
      engineLink = null;
      settings.onGone();
      void children.killAll();
    },
    onState: (state, restarts) => {
      states.set('engine', state, restarts);
      if (state === 'failed') settings.onEngineFailed();
    },
    onCredential: settings.onCredential,
    onTabCredential: tabs.remember,
  });

  return {
    start: () => {
      // The engine is told how its hosts are shut in before anything else.
      void confinement().then(engine.start);
    },
    retryEngine: engine.retry,
    examine: async (metrics) => (await engineLink?.examine(metrics)) ?? null,
    stop: async () => {
      await engine.stop();
      await children.killAll();
      sockets.clear();
    },
    kill: () => {
      engine.kill();
      void children.killAll();
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

function once<Result>(run: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= run();
    return result;
  };
}
