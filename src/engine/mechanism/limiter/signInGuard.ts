import type { Clock, Statement } from '../../ports';
import type { Store } from '../store';
import { type BackOff, createBackOff } from './backOff';

/** A source may stand for several people. */
const FREE_TRIES_OF_SOURCE = 20;
/** Subjects that are kept: to push one out by made-up names takes longer than its wait. */
const MOST_KEPT = 10_000;

/** The table that both kinds of store include. */
export const SIGN_IN_FAILURES_SCHEMA: readonly string[] = [
  `CREATE TABLE sign_in_failures (
     subject TEXT PRIMARY KEY,
     failures INTEGER NOT NULL
   ) STRICT`,
];

/** The table of the catalogue for failures where there is no such tenant. */
export const STRANGER_FAILURES_SCHEMA: readonly string[] = [
  `CREATE TABLE stranger_failures (
     subject TEXT PRIMARY KEY,
     failures INTEGER NOT NULL
   ) STRICT`,
];

/** One try to sign in, counted before it is known how it ends. */
export interface SignInTry {
  /** For the write that records the refusal: from then on a restart does not forget it. */
  readonly failed: readonly Statement[];
  /** For the write that records the success. Apply it with {@link SignInTry.succeed}. */
  readonly succeeded: readonly Statement[];
  /** Takes the account's failures back; a source only gets this try back. */
  succeed(): void;
}

/**
 * Makes guessers of passwords wait: by source and account, so that a stranger cannot lock out a person, and by
 * source, so that they cannot go through the accounts.
 *
 * Failures are kept in the store, waits run on monotonic time. After a restart, or after a tenant was closed to make
 * room, the whole wait begins anew; the wall clock is never asked, so setting it changes nothing.
 */
export interface SignInGuard {
  /** @throws ConsoleError TOO_MANY_TRIES */
  begin(source: string, account: string): Promise<SignInTry>;
}

interface GuardOptions {
  readonly store: Store;
  /** Where failures are kept; those of one table push out only each other. */
  readonly table?: 'sign_in_failures' | 'stranger_failures';
  readonly clock: Clock;
  /** A name for the store that says nothing about whom it stands for: a keyed hash. */
  readonly nameOf: (subject: string) => string;
}

/** All windows stand on one desk: a new window is no new source. */
export function placeOf(source: string): string {
  return source.startsWith('window:') ? 'window' : source;
}

export function createSignInGuard({
  store,
  table = 'sign_in_failures',
  clock,
  nameOf,
}: GuardOptions): SignInGuard {
  const accounts = createBackOff(clock);
  const sources = createBackOff(clock, FREE_TRIES_OF_SOURCE);

  async function recall(backOff: BackOff, subject: string): Promise<void> {
    if (backOff.knows(subject)) return;
    const [row] = await store.read(`SELECT failures FROM ${table} WHERE subject = ?`, [subject]);
    backOff.restore(subject, Number(row?.failures ?? 0));
  }

  function keep(subject: string, failures: number): Statement {
    return {
      sql: `INSERT OR REPLACE INTO ${table} (subject, failures) VALUES (?, ?)`,
      params: [subject, failures],
    };
  }

  return {
    async begin(source, account) {
      const place = placeOf(source);
      const ofAccount = nameOf(JSON.stringify(['account', place, account]));
      const ofSource = nameOf(JSON.stringify(['source', place]));
      await Promise.all([recall(accounts, ofAccount), recall(sources, ofSource)]);
      accounts.admit(ofAccount);
      sources.admit(ofSource);
      const failures = accounts.count(ofAccount);
      const failuresOfSource = sources.count(ofSource);
      return {
        failed: [
          keep(ofAccount, failures),
          keep(ofSource, failuresOfSource),
          {
            sql: `DELETE FROM ${table} WHERE rowid <= (SELECT max(rowid) FROM ${table}) - ?`,
            params: [MOST_KEPT],
          },
        ],
        succeeded: [{ sql: `DELETE FROM ${table} WHERE subject = ?`, params: [ofAccount] }],
        succeed() {
          accounts.forget(ofAccount);
          sources.takeBack(ofSource);
        },
      };
    },
  };
}
