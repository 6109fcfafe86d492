import { ConsoleError } from '../../../contract';
import { type Clock, type Database, type SqlRow, type SqlValue, StoreError } from '../../ports';
import { type AuditDraft, type AuditPlace, type AuditRecord, GENESIS, link } from '../chain';
import { auditStatement, mergeWrites, probeStatement, type Write } from './write';

export type { AuditPlace } from '../chain';
export { type Migration, migrate } from './migrate';
export { type BulkInsert, type BulkValue, bulkInsert, type Rows, STORE_SCHEMA, type Write } from './write';

/** Whether a store takes writes. A read-only one heals by itself when its volume has room again. */
export type StoreHealth = 'healthy' | 'read-only';

/** Writes that share a transaction at most. */
const GROUP = 256;
/** Milliseconds that a patient write waits at most for others to share its transaction. */
const PATIENCE = 3;
const PROBE_EVERY = 2_000;

interface Watcher {
  readonly tables: ReadonlySet<string>;
  /** Finds a table's name in the text of a statement. */
  readonly pattern: RegExp;
  readonly listener: () => void;
}

interface Member {
  readonly write: Write;
  readonly resolve: (places: AuditPlace[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One database with its audit chain and its single queue of writes.
 *
 * Group commit: while a transaction is with the driver, writes that arrive are collected; the next transaction
 * holds them all. A group that fails is replayed write by write, so that only the culprit sees its error.
 */
export class Store {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #listeners = new Set<(health: StoreHealth) => void>();
  readonly #watchers = new Set<Watcher>();
  #head: AuditPlace = GENESIS;
  #headIsSure = false;
  #health: StoreHealth = 'healthy';
  #queue: Member[] = [];
  #draining: Promise<void> | null = null;
  /** Ends the wait for company; `null` while nobody waits. */
  #hurry: (() => void) | null = null;
  #stopProbe: (() => void) | null = null;
  #probing: Promise<void> | null = null;
  #closed = false;

  private constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /**
   * Takes over an open database whose schema holds STORE_SCHEMA; from now on only the store writes to it.
   * @throws StoreError when its audit chain cannot be read
   */
  static async open(database: Database, clock: Clock): Promise<Store> {
    const store = new Store(database, clock);
    await store.#readHead();
    return store;
  }

  get health(): StoreHealth {
    return this.#health;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Calls back on each change of health. Answers with the function that ends it. */
  onHealth(listener: (health: StoreHealth) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Calls back whenever a write may have changed one of the tables, before whoever wrote it is told. What is kept in
   * memory of them is dropped here, so that no writer has to think of it.
   * @param tables plain names
   * @returns the function that ends it
   */
  onWritten(tables: readonly string[], listener: () => void): () => void {
    const pattern = new RegExp(`\\b(?:${tables.join('|')})\\b`);
    const watcher = { tables: new Set(tables), pattern, listener };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** The place of the newest event that is on the disk. */
  auditHead(): AuditPlace {
    return this.#head;
  }

  /** Rows of one SELECT; sees every write that was acknowledged before. */
  read(sql: string, params: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return this.#database.read(sql, params);
  }

  /**
   * Writes all of it or nothing, durable when it resolves.
   * @returns the places of the write's own events in the audit chain
   * @throws StoreError `guard` or `constraint`: `statement` counts within `write.statements`, and is null when
   *   a row of `write.rows` was refused
   * @throws ConsoleError READ_ONLY while the volume takes no writes
   */
  write(write: Write): Promise<AuditPlace[]> {
    if (this.#closed) return Promise.reject(closedError());
    if (write.events.length === 0 && write.housekeeping !== true) {
      const cause = new Error('a write without an audit event must be housekeeping');
      return Promise.reject(new StoreError('other', { cause }));
    }
    if (this.#health === 'read-only') return Promise.reject(new ConsoleError('READ_ONLY'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ write, resolve, reject });
      if (!write.patient) this.#hurry?.();
      this.#draining ??= this.#drain();
    });
  }

  /** Finishes the writes that were taken, then closes the database. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#hurry?.();
    this.#stopProbe?.();
    this.#stopProbe = null;
    await this.#draining;
    await this.#probing;
    await this.#database.close();
  }

  async #drain(): Promise<void> {
    // Writes of the same turn share the first transaction.
    await null;
    while (this.#queue.length > 0) {
      await this.#company();
      const group = this.#queue.splice(0, GROUP);
      try {
        settle(group, await this.#commit(group));
      } catch (error) {
        await this.#recover(group, error);
      }
    }
    // In the same turn as the look at the queue: a write that comes next begins to drain anew.
    this.#draining = null;
  }

  /** Resolves when a write is there that is in a hurry, or when the patience of the first has an end. */
  #company(): Promise<void> | undefined {
    if (this.#closed || this.#queue.length >= GROUP || !this.#queue.every(({ write }) => write.patient))
      return;
    const hurried = Promise.withResolvers<void>();
    this.#hurry = hurried.resolve;
    return Promise.race([this.#clock.wait(PATIENCE), hurried.promise]).finally(() => {
      this.#hurry = null;
    });
  }

  async #recover(group: readonly Member[], error: unknown): Promise<void> {
    if (takesNoWrites(error)) {
      this.#becomeReadOnly(error, group);
      return;
    }
    const [only, ...others] = group;
    if (only && others.length === 0) {
      only.reject(error);
      return;
    }
    for (const member of group) {
      if (this.#health === 'read-only') {
        member.reject(new ConsoleError('READ_ONLY', {}, error));
        continue;
      }
      try {
        settle([member], await this.#commit([member]));
      } catch (own) {
        if (takesNoWrites(own)) this.#becomeReadOnly(own, [member]);
        else member.reject(own);
      }
    }
  }

  async #commit(group: readonly Member[]): Promise<AuditRecord[]> {
    const writes = group.map((member) => member.write);
    const { inserts, statements } = mergeWrites(writes);
    if (!this.#headIsSure) await this.#readHead();
    const records = chain(this.#head, writes);
    const audit = records.length === 0 ? [] : [auditStatement(records)];
    try {
      await this.#database.commit([...inserts, ...statements, ...audit]);
    } catch (error) {
      this.#tellWatchers(writes);
      const own = translate(error, inserts.length, statements.length);
      // A commit whose outcome is unknown may have moved the head on the disk.
      this.#headIsSure = own.problem === 'guard' || own.problem === 'constraint';
      throw own;
    }
    const newest = records.at(-1);
    if (newest) this.#head = placeOf(newest);
    this.#tellWatchers(writes);
    return records;
  }

  /** Also after a failure: a commit whose outcome is unknown may be on the disk. */
  #tellWatchers(writes: readonly Write[]): void {
    for (const { tables, pattern, listener } of this.#watchers) {
      const touched = writes.some(
        ({ rows, statements }) =>
          rows?.some(({ into }) => tables.has(into.table)) ||
          statements?.some(({ sql }) => pattern.test(sql)),
      );
      if (touched) listener();
    }
  }

  async #readHead(): Promise<void> {
    const [row] = await this.#database.read(
      'SELECT sequence, hash FROM audit_events ORDER BY sequence DESC LIMIT 1',
    );
    this.#head = row ? { sequence: Number(row.sequence), hash: String(row.hash) } : GENESIS;
    this.#headIsSure = true;
  }

  #becomeReadOnly(cause: unknown, group: readonly Member[]): void {
    const pending = [...group, ...this.#queue];
    this.#queue = [];
    for (const member of pending) member.reject(new ConsoleError('READ_ONLY', {}, cause));
    if (this.#health === 'read-only') return;
    this.#change('read-only');
    if (this.#closed) return;
    this.#stopProbe = this.#clock.every(PROBE_EVERY, () => {
      this.#probing ??= this.#probe().finally(() => {
        this.#probing = null;
      });
    });
  }

  async #probe(): Promise<void> {
    try {
      await this.#database.commit([probeStatement(this.#clock.now())]);
    } catch (error) {
      // The next probe follows; until then every writer is told READ_ONLY.
      if (error instanceof StoreError) return;
      throw error;
    }
    this.#stopProbe?.();
    this.#stopProbe = null;
    this.#change('healthy');
  }

  #change(health: StoreHealth): void {
    this.#health = health;
    for (const listener of this.#listeners) listener(health);
  }
}

function chain(head: AuditPlace, writes: readonly Write[]): AuditRecord[] {
  const records: AuditRecord[] = [];
  let { sequence, hash } = head;
  for (const write of writes) {
    for (const draft of write.events as readonly AuditDraft[]) {
      sequence += 1;
      const record = link(hash, sequence, draft);
      hash = record.hash;
      records.push(record);
    }
  }
  return records;
}

function settle(group: readonly Member[], records: readonly AuditRecord[]): void {
  let taken = 0;
  for (const { write, resolve } of group) {
    const own = records.slice(taken, taken + write.events.length);
    taken += write.events.length;
    resolve(own.map(placeOf));
  }
}

function placeOf({ sequence, hash }: AuditRecord): AuditPlace {
  return { sequence, hash };
}

function takesNoWrites(error: unknown): boolean {
  return error instanceof StoreError && (error.problem === 'full' || error.problem === 'read-only');
}

function closedError(): StoreError {
  return new StoreError('other', { cause: new Error('the store is closed') });
}

/** Counts the failing statement within the statements of the write instead of those of the transaction. */
function translate(error: unknown, inserts: number, statements: number): StoreError {
  if (!(error instanceof StoreError)) return new StoreError('other', { cause: error });
  const own = error.statement === null ? -1 : error.statement - inserts;
  const statement = own >= 0 && own < statements ? own : undefined;
  return new StoreError(error.problem, { statement, cause: error });
}
