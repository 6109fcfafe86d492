import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ChildHostKind, HostAddress } from '../adapters/custodianLink';
import { ConsoleError } from '../contract';
import type { Log } from '../engine/ports';
import type { ChildHost } from './childHost';
import { createRestartPolicy, RESTART_LIMITS, type RestartPolicy } from './restartPolicy';

export type ChildHostState = 'idle' | 'running' | 'restarting' | 'failed';

/** A process that was started and where it will listen. */
export interface StartedHost {
  readonly host: ChildHost;
  readonly socketPath: string;
  readonly confined: boolean;
}

export interface ChildHostsSettings {
  /** Starts a process that will listen. */
  start(kind: ChildHostKind, secret: string): Promise<StartedHost>;
  readonly log: Log;
  onState(kind: ChildHostKind, state: ChildHostState, restarts: number): void;
  onExited(id: string): void;
  /** Makes the policy of one kind; each kind has its own. */
  policy?(): RestartPolicy;
}

export interface ChildHosts {
  /** @throws ConsoleError HOST_RESTARTING when hosts of this kind died too often or this one does not come up */
  spawn(kind: ChildHostKind): Promise<HostAddress>;
  release(id: string): Promise<void>;
  kill(id: string): Promise<void>;
  /** Ends all of them: the engine they worked for is gone. */
  killAll(): Promise<void>;
}

interface Kind {
  readonly policy: RestartPolicy;
  /** Not before this time, after deaths. */
  notBefore: number;
  failedUntil: number;
  restarts: number;
  running: number;
}

/**
 * The hosts that the engine asked for. A death that nobody asked for delays the next start of that kind.
 * A parser that dies once it listens does not count: that is the document's fault, and the next document
 * must not wait for it.
 */
export function createChildHosts(settings: ChildHostsSettings): ChildHosts {
  const hosts = new Map<string, ChildHost>();
  const asked = new Set<string>();
  const kinds: Record<ChildHostKind, Kind> = {
    model: newKind(settings),
    embedding: newKind(settings),
    parser: newKind(settings),
  };

  const died = (name: ChildHostKind): void => {
    const kind = kinds[name];
    const delay = kind.policy.died(Date.now());
    kind.restarts += 1;
    if (delay === null) kind.failedUntil = Date.now() + RESTART_LIMITS.windowMs;
    else kind.notBefore = Date.now() + delay;
    setTimeout(() => tell(name), (delay ?? RESTART_LIMITS.windowMs) + 1).unref();
  };

  const tell = (name: ChildHostKind): void => {
    const kind = kinds[name];
    const resting =
      Date.now() < kind.failedUntil ? 'failed' : Date.now() < kind.notBefore ? 'restarting' : 'idle';
    settings.onState(name, kind.running > 0 ? 'running' : resting, kind.restarts);
  };

  const watch = async (name: ChildHostKind, id: string, host: ChildHost): Promise<void> => {
    hosts.set(id, host);
    kinds[name].running += 1;
    tell(name);
    await host.exited;
    hosts.delete(id);
    kinds[name].running -= 1;
    if (!asked.delete(id)) {
      settings.log.warn('a host ended by itself', { kind: name });
      if (name !== 'parser') died(name);
    }
    settings.onExited(id);
    tell(name);
  };

  const end = async (id: string, how: 'release' | 'kill'): Promise<void> => {
    const host = hosts.get(id);
    if (!host) return;
    asked.add(id);
    await host[how]();
  };

  return {
    spawn: async (name) => {
      await ready(kinds[name]);
      const secret = randomBytes(32).toString('base64url');
      const { host, socketPath, confined } = await settings.start(name, secret);
      try {
        await host.listening();
      } catch (error) {
        await host.kill();
        died(name);
        tell(name);
        throw new ConsoleError('HOST_RESTARTING', {}, error);
      }
      const id = randomUUID();
      void watch(name, id, host);
      return { id, socketPath, secret, confined };
    },
    release: (id) => end(id, 'release'),
    kill: (id) => end(id, 'kill'),
    killAll: async () => {
      await Promise.all([...hosts.keys()].map((id) => end(id, 'kill')));
    },
  };
}

function newKind(settings: ChildHostsSettings): Kind {
  const policy = settings.policy?.() ?? createRestartPolicy();
  return { policy, notBefore: 0, failedUntil: 0, restarts: 0, running: 0 };
}

/** Waits out the back-off. */
async function ready(kind: Kind): Promise<void> {
  const failedFor = kind.failedUntil - Date.now();
  if (failedFor > 0) throw new ConsoleError('HOST_RESTARTING', { retryAfterMs: failedFor });
  const delay = kind.notBefore - Date.now();
  if (delay > 0) await wait(delay);
}
