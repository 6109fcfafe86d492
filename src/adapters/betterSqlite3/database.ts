import type BetterSqlite3 from 'better-sqlite3';
import { type Database, type SqlRow, type SqlValue, type Statement, StoreError } from '../../engine/ports';
import { storeError } from './problems';

/** Prepared statements that are kept. */
const KEPT = 300;

/** The library binds every number as a float; whole ones go as 64-bit integers, so that division stays whole. */
function bindable(value: SqlValue): string | number | bigint | Buffer | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return value;
}

/** A plain SQLite database on one connection; the library is synchronous, so calls cannot interleave. */
export class BetterSqlite3Database implements Database {
  readonly #handle: BetterSqlite3.Database;
  readonly #prepared = new Map<string, BetterSqlite3.Statement>();

  /** Takes over a handle and reads the first page. */
  constructor(handle: BetterSqlite3.Database) {
    this.#handle = handle;
    handle.pragma('journal_mode = WAL');
    handle.pragma('journal_size_limit = 67108864');
    handle.pragma('synchronous = FULL');
    handle.pragma('foreign_keys = ON');
    handle.pragma('secure_delete = ON');
    handle.pragma('trusted_schema = OFF');
    handle.pragma('temp_store = MEMORY');
    handle.pragma('mmap_size = 0');
    handle.prepare('SELECT count(*) FROM sqlite_master').get();
  }

  async read(sql: string, params: readonly SqlValue[] = []): Promise<SqlRow[]> {
    this.#requireOpen();
    try {
      const statement = this.#statement(sql);
      if (!statement.readonly) throw new RangeError('a statement that writes was given to read');
      return statement.all(...params.map(bindable)) as SqlRow[];
    } catch (error) {
      throw storeError(error);
    }
  }

  async commit(statements: readonly Statement[]): Promise<void> {
    this.#requireOpen();
    try {
      this.#handle.exec('BEGIN IMMEDIATE');
    } catch (error) {
      throw storeError(error);
    }
    try {
      statements.forEach((statement, index) => {
        this.#run(statement, index);
      });
      this.#handle.exec('COMMIT');
    } catch (error) {
      if (this.#handle.inTransaction) this.#handle.exec('ROLLBACK');
      throw storeError(error);
    }
  }

  async check(): Promise<string[]> {
    this.#requireOpen();
    try {
      const rows = this.#handle.prepare('PRAGMA integrity_check').all() as SqlRow[];
      return rows.flatMap((row) => Object.values(row).map(String)).filter((text) => text !== 'ok');
    } catch (error) {
      return [`the check ended with: ${storeError(error).problem}`];
    }
  }

  async close(): Promise<void> {
    this.#prepared.clear();
    this.#handle.close();
  }

  #run({ sql, params, expect }: Statement, index: number): void {
    let changes: number;
    try {
      changes = this.#statement(sql).run(...params.map(bindable)).changes;
    } catch (error) {
      throw storeError(error, index);
    }
    if (expect !== undefined && changes !== expect) throw new StoreError('guard', { statement: index });
  }

  #statement(sql: string): BetterSqlite3.Statement {
    let statement = this.#prepared.get(sql);
    if (!statement) {
      statement = this.#handle.prepare(sql);
      if (this.#prepared.size >= KEPT) this.#prepared.clear();
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  #requireOpen(): void {
    if (!this.#handle.open) throw new StoreError('other', { cause: new Error('the database is closed') });
  }
}
