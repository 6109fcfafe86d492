import { createHash } from 'node:crypto';
import { ConsoleError } from '../../../contract';
import type { Clock, Log, SqlRow, Statement } from '../../ports';
import { canonicalJson } from '../canonicalJson';
import { SealError } from '../sealing';
import type { Store } from '../store';

/** How long the first answer to a key is given again. */
export const IDEMPOTENCY_KEPT_MS = 24 * 3_600_000;
const RETRY_AFTER_MS = 1_000;

/** The table that both kinds of store include. No key stands in it, and no answer in clear. */
export const IDEMPOTENCY_SCHEMA: readonly string[] = [
  `CREATE TABLE idempotency_keys (
     id TEXT PRIMARY KEY,
     fingerprint TEXT NOT NULL,
     at INTEGER NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('begun', 'done')),
     made TEXT,
     sealed_answer TEXT
   ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX idempotency_keys_by_age ON idempotency_keys (at)',
];

interface IdempotencyOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly keyedHash: (text: string) => string;
  /** Seals an answer in the row with this id. */
  readonly seal: (id: string, text: string) => string;
  /** @throws SealError */
  readonly open: (id: string, sealed: string) => string;
}

/** A request that asks to be done only once, however often it comes. */
export interface OnceRequest {
  /** Whose key it is: the keys of others are others. */
  readonly owner: string;
  readonly key: string;
  readonly procedure: string;
  /** As its schema has made it. */
  readonly input: unknown;
  /** Whether it ties what it makes to the key itself, in its own write. */
  readonly ties: boolean;
}

/** The right to do what a request asks; nobody else with the same key does it meanwhile. */
export interface Claim {
  /** What ties the key to what is made, written with it; whoever comes again is given that. */
  tie(made: string): Statement[];
  /** Keeps the answer, or, where that is `null`, only that it was done. */
  keep(answer: string | null): Promise<void>;
  /** Takes it back: nothing was done. */
  takeBack(): Promise<void>;
  /** Lets others with the same key in, who find what was kept. Safe to call twice. */
  release(): void;
}

/** What was done before under a key. */
export type Answered = { readonly answer: string } | { readonly made: string };

/** Sees that what comes under the same key is done once (draft-ietf-httpapi-idempotency-key-header-07). */
export interface Idempotency {
  /**
   * @throws ConsoleError IDEMPOTENCY_IN_PROGRESS while the first request is under way, IDEMPOTENCY_KEY_REUSED when that
   * was another, CONFLICT when its answer is not known or not kept
   */
  begin(request: OnceRequest): Promise<{ claim: Claim } | { answered: Answered }>;
}

/** What stands for an input, with files by their content. */
async function describe(value: unknown): Promise<unknown> {
  if (value instanceof Blob) {
    const digest = createHash('sha256').update(new Uint8Array(await value.arrayBuffer()));
    return { file: digest.digest('hex'), type: value.type };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).map(
    async ([name, member]) => [name, await describe(member)] as const,
  );
  return Object.fromEntries(await Promise.all(members));
}

function notKnown(reason: string): ConsoleError {
  return new ConsoleError('CONFLICT', { reason });
}

export function createIdempotency(options: IdempotencyOptions): Idempotency {
  const { store, clock, log, keyedHash, seal, open } = options;
  /** The fingerprints of what is under way, by id. */
  const running = new Map<string, string>();

  function requireSame(fingerprint: string, other: string): void {
    if (fingerprint !== other) throw new ConsoleError('IDEMPOTENCY_KEY_REUSED');
  }

  function forgetOld(): Statement {
    return {
      sql: 'DELETE FROM idempotency_keys WHERE at <= ?',
      params: [clock.now() - IDEMPOTENCY_KEPT_MS],
    };
  }

  function insert(id: string, fingerprint: string, made: string | null): Statement {
    return {
      sql: 'INSERT INTO idempotency_keys (id, fingerprint, at, state, made) VALUES (?, ?, ?, ?, ?)',
      params: [id, fingerprint, clock.now(), made === null ? 'begun' : 'done', made],
    };
  }

  function answeredBy(row: SqlRow): Answered {
    if (row.state === 'begun')
      throw notKnown(
        'The first request with this key was interrupted; whether it was done shows in the audit.',
      );
    if (row.made !== null) return { made: String(row.made) };
    if (row.sealed_answer === null)
      throw notKnown(
        'It was done by the first request with this key, whose answer is shown once and not kept.',
      );
    try {
      return { answer: open(String(row.id), String(row.sealed_answer)) };
    } catch (problem) {
      if (!(problem instanceof SealError)) throw problem;
      throw notKnown('It was done by the first request with this key; its answer cannot be read any more.');
    }
  }

  function claimOf(id: string, fingerprint: string): Claim {
    return {
      tie: (made) => [forgetOld(), insert(id, fingerprint, made)],
      async keep(answer) {
        const sealed = answer === null ? null : seal(id, answer);
        const sql = "UPDATE idempotency_keys SET state = 'done', sealed_answer = ? WHERE id = ?";
        try {
          await store.write({
            statements: [{ sql, params: [sealed, id], expect: 1 }],
            events: [],
            housekeeping: true,
          });
        } catch (problem) {
          // It was done all the same. Whoever comes again is told that its answer is not known.
          log.error('the answer to an idempotency key was not kept', problem);
        }
      },
      async takeBack() {
        const sql = 'DELETE FROM idempotency_keys WHERE id = ?';
        try {
          await store.write({ statements: [{ sql, params: [id] }], events: [], housekeeping: true });
        } catch (problem) {
          log.error('an idempotency key was not given back', problem);
        }
      },
      release: () => running.delete(id),
    };
  }

  return {
    async begin({ owner, key, procedure, input, ties }) {
      const id = keyedHash(JSON.stringify(['idempotency-key', owner, key]));
      const fingerprint = keyedHash(canonicalJson(['idempotency-request', procedure, await describe(input)]));
      const first = running.get(id);
      if (first !== undefined) {
        requireSame(first, fingerprint);
        throw new ConsoleError('IDEMPOTENCY_IN_PROGRESS', { retryAfterMs: RETRY_AFTER_MS });
      }
      running.set(id, fingerprint);
      try {
        const [row] = await store.read('SELECT * FROM idempotency_keys WHERE id = ? AND at > ?', [
          id,
          clock.now() - IDEMPOTENCY_KEPT_MS,
        ]);
        if (row) {
          requireSame(String(row.fingerprint), fingerprint);
          const answered = answeredBy(row);
          running.delete(id);
          return { answered };
        }
        // Before anything is done: an interruption must not look as if it had never come.
        if (!ties) {
          const statements = [forgetOld(), insert(id, fingerprint, null)];
          await store.write({ statements, events: [], housekeeping: true });
        }
        return { claim: claimOf(id, fingerprint) };
      } catch (problem) {
        running.delete(id);
        throw problem;
      }
    },
  };
}
