import sqlcipher, { type Database as Handle, type Statement as Prepared } from '@journeyapps/sqlcipher';
import type { SqlRow, SqlValue } from '../../engine/ports';
import { pieces } from './script';

/** Prepared statements that a connection keeps. */
const KEPT = 200;
const INT32 = 0x7fff_ffff;

const SETTINGS = [
  'PRAGMA cipher_compatibility = 4',
  'PRAGMA foreign_keys = ON',
  'PRAGMA secure_delete = ON',
  'PRAGMA trusted_schema = OFF',
  'PRAGMA temp_store = MEMORY',
  'PRAGMA mmap_size = 0',
  'PRAGMA synchronous = FULL',
].join(';');

/** The driver's online backup (sqlite3_backup), which its types leave out. */
interface BackupHandle {
  step(pages: number, callback: (error: Error | null) => void): void;
  finish(callback: (error: Error | null) => void): void;
  readonly completed: boolean;
  readonly remaining: number;
  readonly pageCount: number;
}

interface CanBackUp {
  backup(
    file: string,
    destination: string,
    source: string,
    fileIsDestination: boolean,
    callback: (error: Error | null) => void,
  ): BackupHandle;
}

/** A copy that is being made page by page. */
export interface Backup {
  /** Copies so many pages more. */
  step(pages: number): Promise<void>;
  readonly completed: boolean;
  /** The share of the pages that are copied, 0 to 1. */
  readonly share: number;
  finish(): Promise<void>;
}

/** What a connection is opened for. `immutable` is for a volume that cannot be written at all. */
export type ConnectionKind = 'writer' | 'reader' | 'immutable';

function openHandle(file: string, kind: ConnectionKind): Promise<Handle> {
  const immutable = kind === 'immutable';
  const name = immutable ? `${addressOf(file)}?immutable=1` : file;
  const mode = immutable ? sqlcipher.OPEN_READONLY | sqlcipher.OPEN_URI : sqlcipher.OPEN_READWRITE;
  return new Promise((resolve, reject) => {
    const handle = new sqlcipher.Database(name, mode, (error) => {
      if (error) reject(error);
      else resolve(handle);
    });
  });
}

/** The address of a file as SQLite reads it (RFC 8089 with SQLite's parameters after it). */
function addressOf(file: string): string {
  return `file:${encodeURI(file).replace(/[?#]/g, encodeURIComponent)}`;
}

/** A raw key as SQLCipher takes it. */
function rawKey(key: Uint8Array): string {
  return `x'${Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('hex')}'`;
}

function bindable(value: SqlValue): string | number | Buffer | null {
  if (!(value instanceof Uint8Array)) return value;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/**
 * The driver binds a number beyond 32 bits as a float; whole ones are cast back, so that division stays whole.
 */
function withWholeNumbers(sql: string, params: readonly SqlValue[]): string {
  const isLarge = (value: SqlValue | undefined) =>
    typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) > INT32;
  if (!params.some(isLarge)) return sql;
  return pieces(sql).reduce((text, piece, index) => {
    return `${text}${isLarge(params[index - 1]) ? 'CAST(? AS INTEGER)' : '?'}${piece}`;
  });
}

/** One connection of the driver with promises and a cache of prepared statements. */
export class Connection {
  readonly #handle: Handle;
  readonly #prepared = new Map<string, Prepared>();

  private constructor(handle: Handle) {
    this.#handle = handle;
  }

  /**
   * Opens a file that exists and gives the key; reads nothing yet.
   * @param key 32 bytes
   */
  static async open(file: string, key: Uint8Array, kind: ConnectionKind): Promise<Connection> {
    const connection = new Connection(await openHandle(file, kind));
    try {
      // It would write to the process's standard error what comes as an error anyway.
      await connection.exec('PRAGMA cipher_log_level = NONE');
      await connection.exec(`PRAGMA key = "${rawKey(key)}"`);
      connection.#handle.configure('busyTimeout', 5_000);
      await connection.exec(SETTINGS);
      if (kind !== 'writer') await connection.exec('PRAGMA query_only = ON');
      return connection;
    } catch (error) {
      // Left open, it would keep the log of the database beside it, and its locks.
      await connection.close();
      throw error;
    }
  }

  /** Runs a script of statements. */
  exec(sql: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#handle.exec(sql, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Rows of one statement. Not to be called again before it has answered. */
  all(sql: string, params: readonly SqlValue[]): Promise<SqlRow[]> {
    const text = withWholeNumbers(sql, params);
    return new Promise((resolve, reject) => {
      this.#statement(text, reject).all(params.map(bindable), (error: Error | null, rows: SqlRow[]) => {
        if (error) reject(error);
        else resolve(rows);
      });
    });
  }

  /** Runs one statement for its effect; what is called next on this connection runs after it. */
  run(sql: string, params: readonly SqlValue[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#statement(sql, reject).run(params.map(bindable), (error: Error | null) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /**
   * Begins to copy the database into an empty file under another key. What this connection writes meanwhile is carried
   * into the pages that are copied already.
   */
  backup(file: string, key: Uint8Array): Promise<Backup> {
    const address = `${addressOf(file)}?key=${encodeURIComponent(rawKey(key))}`;
    const source = this.#handle as unknown as CanBackUp;
    return new Promise((resolve, reject) => {
      const handle = source.backup(address, 'main', 'main', true, (error) => {
        if (error) reject(error);
        else resolve(backupOver(handle));
      });
    });
  }

  /** Ends the prepared statements and closes the connection. */
  close(): Promise<void> {
    for (const statement of this.#prepared.values()) statement.finalize();
    this.#prepared.clear();
    return new Promise((resolve, reject) => {
      this.#handle.close((error) => (error ? reject(error) : resolve()));
    });
  }

  /** A prepared statement, the least used ones leave. A mistake in its text comes through `reject`. */
  #statement(sql: string, reject: (error: Error) => void): Prepared {
    let statement = this.#prepared.get(sql);
    if (statement) this.#prepared.delete(sql);
    else
      statement = this.#handle.prepare(sql, (error) => {
        if (!error) return;
        this.#prepared.delete(sql);
        reject(error);
      });
    this.#prepared.set(sql, statement);
    if (this.#prepared.size > KEPT) {
      const [oldest] = this.#prepared;
      if (oldest) {
        this.#prepared.delete(oldest[0]);
        oldest[1].finalize();
      }
    }
    return statement;
  }
}

function backupOver(handle: BackupHandle): Backup {
  const called = (call: (done: (error: Error | null) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      call((error) => (error ? reject(error) : resolve()));
    });
  return {
    step: (pages) => called((done) => handle.step(pages, done)),
    finish: () => called((done) => handle.finish(done)),
    get completed() {
      return handle.completed;
    },
    get share() {
      return handle.pageCount === 0 ? 0 : 1 - handle.remaining / handle.pageCount;
    },
  };
}
