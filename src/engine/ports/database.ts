/** A value that SQLite takes as a parameter or gives back. */
export type SqlValue = string | number | null | Uint8Array;

export type SqlRow = Readonly<Record<string, SqlValue>>;

/**
 * One statement of a transaction. Parameters are plain `?`, each for one value. With `expect` the transaction is rolled back unless exactly so many
 * rows were changed: the guard that makes a write correct without a callback inside the transaction.
 */
export interface Statement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
  readonly expect?: number;
}

/** Why a database could not do what was asked. */
export type StoreProblem =
  /** The file is not there. */
  | 'missing'
  /** The key does not open it (or its first page is damaged: SQLCipher cannot tell the two apart). */
  | 'wrong-key'
  /** A page fails its HMAC, or SQLite calls the file malformed. */
  | 'damaged'
  /** The volume is full. */
  | 'full'
  /** The file or the volume cannot be written. */
  | 'read-only'
  /** A newer version of the console wrote it. */
  | 'from-future'
  /** A guard (`expect`) did not hold. */
  | 'guard'
  /** A constraint of the schema did not hold. */
  | 'constraint'
  /** The database was closed, or something else that is a mistake of ours. */
  | 'other';

/** What a database throws. The message names no path, no value and no key. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly problem: StoreProblem;
  /** Which statement of the transaction failed, counted from 0, where that is known. */
  readonly statement: number | null;

  constructor(problem: StoreProblem, options: { statement?: number; cause?: unknown } = {}) {
    super(`the database refused: ${problem}`, { cause: options.cause });
    this.problem = problem;
    this.statement = options.statement ?? null;
  }
}

/** One open database: one connection that writes, others that read. */
export interface Database {
  /** Rows of one SELECT, from a connection that never writes. Sees everything committed before the call. */
  read(sql: string, params?: readonly SqlValue[]): Promise<SqlRow[]>;

  /**
   * Runs the statements in one IMMEDIATE transaction, durable (`synchronous=FULL`) when it resolves.
   * Calls are taken strictly one after the other.
   * @throws StoreError; then nothing of the transaction remains
   */
  commit(statements: readonly Statement[]): Promise<void>;

  /** Runs SQLite's and the cipher's integrity checks. Answers with the complaints; empty is good. */
  check(): Promise<string[]>;

  /** Waits for what is running and closes all connections. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * A change of a database's key while it goes on: an encrypted copy under the new key, proven to be the same, then put
 * in its place. The steps are called in this order; before `switch` everything can be abandoned.
 */
export interface Rekeying {
  /**
   * Copies every page. Transactions go on between two steps of it, and those that come later are carried into the copy.
   * @param onShare hears which share of the pages is copied, 0 to 1
   * @throws StoreError; the signal's reason when it aborts
   */
  copy(onShare: (share: number) => void, signal: AbortSignal): Promise<void>;

  /**
   * Holds the copy against the database as it was when the copying ended: the cipher's and SQLite's own checks, the
   * number of rows of each table, and what the probes answer.
   * @param probes SELECTs that must answer the same in both; asked again in the pause before the switch
   * @throws StoreError `damaged` when they differ
   */
  verify(probes: readonly string[], signal: AbortSignal): Promise<void>;

  /**
   * Pauses the writers, carries over what is left, puts the copy in the place of the database by a rename and goes on
   * under the new key. When it fails before the rename, the database goes on under the old one.
   * @param beforeRename called when everything is closed and the rename is next
   * @returns how long the writers stood still, in milliseconds
   */
  switch(beforeRename: () => Promise<void>): Promise<{ pauseMs: number }>;

  /** Stops and removes the copy. Not after `switch`. */
  abandon(): Promise<void>;
}

/** A database whose pages are encrypted under a key that can be changed. */
export interface EncryptedDatabase extends Database {
  /**
   * Prepares a change of its key. One at a time.
   * @param file absolute path of the copy, in the folder of the database; nothing is there yet
   * @param key 32 raw bytes; a copy of them is kept
   */
  rekey(file: string, key: Uint8Array): Rekeying;
}

/** Opens databases of one kind (SQLCipher for tenants, plain SQLite for the catalogue). */
export interface DatabaseDriver<Opened extends Database = Database> {
  /**
   * Creates an empty database; refuses when the file exists.
   * @param file absolute path
   * @param key 32 raw bytes, `null` for a database without encryption
   */
  create(file: string, key: Uint8Array | null): Promise<Opened>;

  /**
   * Opens a database that exists and reads its first page.
   * @throws StoreError `missing`, `wrong-key`, `damaged`
   */
  open(file: string, key: Uint8Array | null): Promise<Opened>;
}
