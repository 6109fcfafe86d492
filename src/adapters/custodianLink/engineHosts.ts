import type { ChildHostKind, HostAddress, HostStatus } from './messages';
import type { Ask } from './requests';

/** A host process that runs for the engine. */
export interface Host extends HostAddress {
  /** Resolves when the process is gone, whatever the reason. */
  readonly exited: Promise<void>;
  /** It ends by itself when its connection is closed; it is killed when it takes too long. */
  release(): Promise<void>;
  /** Ends it at once. */
  kill(): Promise<void>;
}

/** The hosts that the custodian starts, watches and ends. */
export interface Hosts {
  /**
   * Starts a process and resolves when it listens.
   * @throws ConsoleError HOST_RESTARTING while it failed too often, TIMED_OUT when it does not come up
   */
  spawn(kind: ChildHostKind): Promise<Host>;
  /** The state of every kind of host, as last told. */
  states(): readonly HostStatus[];
  /** Calls back whenever they change, until the returned function is called. */
  onStates(callback: (states: readonly HostStatus[]) => void): () => void;
}

/** The engine's half of the hosts: `Hosts`, and what the link tells it. */
export function createHosts(ask: Ask) {
  const running = new Map<string, () => void>();
  /** Hosts that were gone before the answer to `spawn` was read. */
  const gone = new Set<string>();
  const listeners = new Set<(states: readonly HostStatus[]) => void>();
  let states: readonly HostStatus[] = [];

  return {
    spawn: async (kind: ChildHostKind): Promise<Host> => {
      const address = await ask('hosts.spawn', { kind });
      const exited = new Promise<void>((resolve) => {
        if (gone.delete(address.id)) resolve();
        else running.set(address.id, resolve);
      });
      return {
        ...address,
        exited,
        release: async () => {
          await ask('hosts.release', { id: address.id });
        },
        kill: async () => {
          await ask('hosts.kill', { id: address.id });
        },
      };
    },
    states: (): readonly HostStatus[] => states,
    onStates: (callback: (states: readonly HostStatus[]) => void): (() => void) => {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    setStates: (next: readonly HostStatus[]): void => {
      states = next;
      for (const listener of listeners) listener(next);
    },
    exited: (id: string): void => {
      const resolve = running.get(id);
      if (resolve) resolve();
      else gone.add(id);
      running.delete(id);
    },
  } satisfies Hosts & Record<string, unknown>;
}
