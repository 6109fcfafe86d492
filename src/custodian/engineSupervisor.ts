import {
  type EngineLink,
  type EnginePort,
  type RequestHandlers,
  serveEngine,
} from '../adapters/custodianLink';
import type { Log } from '../engine/ports';
import { type HeartbeatLimits, startHeartbeat } from './heartbeat';
import type { RestartPolicy } from './restartPolicy';

/** A running engine process: an Electron utility process, or a forked Node. */
export interface EngineProcess<Port> extends EnginePort<Port> {
  once(event: 'exit', listener: (code: number) => void): unknown;
  readonly pid: number | undefined;
}

export type EngineState = 'running' | 'restarting' | 'failed';

export interface EngineSupervisorSettings<Port> {
  fork(): EngineProcess<Port>;
  /** Ends a process that does not answer. */
  kill(pid: number): void;
  readonly handlers: RequestHandlers;
  readonly policy: RestartPolicy;
  readonly heartbeat?: HeartbeatLimits;
  readonly log: Log;
  /** How long the engine may take to let answers end and to close its databases, in milliseconds. */
  readonly drainMs?: number;
  /** A process was started; it may be told things, but takes no windows yet. */
  onStarted(link: EngineLink<Port>): void;
  onReady(link: EngineLink<Port>): void;
  onGone(): void;
  onState(state: EngineState, restarts: number): void;
  onCredential(window: string, credential: string | null): void;
  onTabCredential(tab: string, credential: string | null): void;
}

export interface EngineSupervisor {
  start(): void;
  /** Starts again after it had given up. */
  retry(): void;
  /** Lets the engine write and close everything, then ends it. It is not started again. */
  stop(): Promise<void>;
  /** Ends it at once; what it had confirmed is on the disk. It is not started again. */
  kill(): void;
  pid(): number | undefined;
}

/** How long the engine may take to close its databases. */
const DRAIN_MS = 15_000;

/** Starts the engine host, watches it, and starts it again when it dies or hangs. */
export function superviseEngine<Port>(settings: EngineSupervisorSettings<Port>): EngineSupervisor {
  const { log, policy } = settings;
  let running: { readonly process: EngineProcess<Port>; readonly link: EngineLink<Port> } | null = null;
  let restarts = 0;
  let stopping = false;
  let onStopped: () => void = () => undefined;
  let waiting: NodeJS.Timeout | undefined;

  const start = (): void => {
    const process = settings.fork();
    const link: EngineLink<Port> = serveEngine<Port>(
      process,
      settings.handlers,
      {
        ready: () => {
          settings.onReady(link);
          settings.onState('running', restarts);
        },
        pong: () => heartbeat.pong(),
        drained: () => {
          if (stopping) end(process, 'the engine host has closed everything');
        },
        credential: settings.onCredential,
        tabCredential: settings.onTabCredential,
      },
      log,
    );
    const heartbeat = startHeartbeat(
      link.ping,
      () => end(process, 'the engine host does not answer'),
      settings.heartbeat,
    );
    running = { process, link };
    settings.onStarted(link);
    process.once('exit', (code) => {
      heartbeat.stop();
      running = null;
      settings.onGone();
      if (stopping) onStopped();
      else startAgain(code);
    });
  };

  const startAgain = (code: number): void => {
    const delay = policy.died(Date.now());
    log.warn('the engine host ended', { code, restartInMs: delay });
    if (delay === null) {
      settings.onState('failed', restarts);
      return;
    }
    restarts += 1;
    settings.onState('restarting', restarts);
    waiting = setTimeout(start, delay);
  };

  const end = (process: EngineProcess<Port>, why: string): void => {
    log.info(why, { pid: process.pid ?? null });
    if (process.pid !== undefined) settings.kill(process.pid);
  };

  return {
    start,
    retry: () => {
      policy.forgive();
      restarts += 1;
      settings.onState('restarting', restarts);
      start();
    },
    stop: async () => {
      stopping = true;
      clearTimeout(waiting);
      const current = running;
      if (!current) return;
      const stopped = new Promise<void>((resolve) => {
        onStopped = resolve;
      });
      current.link.shutdown();
      const late = setTimeout(
        () => end(current.process, 'the engine host took too long to close'),
        settings.drainMs ?? DRAIN_MS,
      );
      await stopped;
      clearTimeout(late);
    },
    kill: () => {
      stopping = true;
      clearTimeout(waiting);
      if (running) end(running.process, 'the engine host is ended at once');
    },
    pid: () => running?.process.pid,
  };
}
