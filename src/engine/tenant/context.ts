import type { DeclaredHost, Plan, Residency, TenantState } from '../../contract';
import type { EgressBroker } from '../mechanism/egress';
import type { FieldCipher } from '../mechanism/fieldCipher';
import type { NewId } from '../mechanism/ids';
import type { Store } from '../mechanism/store';
import type { InTurn, Vault } from '../mechanism/vault';
import type { Clock, DocumentParser, Embedder, Files, Log, ObservedQuery } from '../ports';
import type { Names } from './identity/names';
import type { ModelDirectory, ModelTurns } from './models/directory';

/**
 * What the tenant may do, as a value that control hands in; a newer version replaces the whole.
 * The runtime never asks control for it.
 */
export interface Entitlements {
  readonly version: number;
  readonly name: string;
  readonly domain: string;
  readonly state: TenantState;
  readonly plan: Plan;
  readonly residency: Residency;
  readonly currency: string;
}

/** The installation's rules about the network, as a value. */
export interface SiteNetwork {
  readonly airGap: boolean;
  readonly hosts: readonly DeclaredHost[];
}

/** Wakes whoever watches a part of the tenant's data. */
export interface Changes {
  changed(topic: 'usage' | 'documents'): void;
  /** Resolves at the next change of the topic, or when the signal aborts. */
  next(topic: 'usage' | 'documents', signal: AbortSignal): Promise<void>;
}

/** What the capabilities of one tenant share. There is no other tenant in it, and no way to name one. */
export interface RuntimeContext {
  readonly tenantId: string;
  readonly store: Store;
  readonly cipher: FieldCipher;
  readonly vault: Vault;
  /** The tenant's own folder. */
  readonly files: Files;
  /** Runs one change of the sealed files after the other, so that two of the same content cannot cross. */
  readonly inFileTurn: InTurn;
  readonly egress: EgressBroker;
  readonly directory: ModelDirectory;
  readonly turns: ModelTurns;
  readonly embedder: Embedder;
  readonly parser: DocumentParser;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly changes: Changes;
  /** A question was metered. */
  readonly metered: (query: ObservedQuery) => void;
  readonly names: Names;
  readonly entitlements: () => Entitlements;
  readonly siteNetwork: () => SiteNetwork;
  /** Aborts when the runtime closes. */
  readonly closing: AbortSignal;
}

/** A {@link Changes} of its own for one runtime. */
export function createChanges(): Changes {
  const waiting = new Map<string, Set<() => void>>();
  return {
    changed(topic) {
      const wake = waiting.get(topic);
      waiting.delete(topic);
      for (const resolve of wake ?? []) resolve();
    },
    next(topic, signal) {
      return new Promise((resolve) => {
        const set = waiting.get(topic) ?? new Set();
        waiting.set(topic, set);
        const done = () => {
          signal.removeEventListener('abort', done);
          set.delete(done);
          resolve();
        };
        set.add(done);
        if (signal.aborted) return done();
        signal.addEventListener('abort', done, { once: true });
      });
    },
  };
}
