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

/** What a connection is opened for. `immutable` is for a volume that cannot be written at all. */
export type ConnectionKind = 'writer' | 'reader' | 'immutable';

function openHandle(file: string, kind: ConnectionKind): Promise<Handle> {
  const immutable = kind === 'immutable';
  const name = immutable ? `file:${encodeURI(file).replace(/[?#]/g, encodeURIComponent)}?immutable=1` : file;
  const mode = immutable ? sqlcipher.OPEN_READONLY | sqlcipher.OPEN_URI : sqlcipher.OPEN_READWRITE;
  return new Promise((resolve, reject) => {
    const handle = new sqlcipher.Database(name, mode, (error) => {
      if (error) reject(error);
      else resolve(handle);
    });
  });
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
    // It would write to the process's standard error what comes as an error anyway.
    await connection.exec('PRAGMA cipher_log_level = NONE');
    const hex = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('hex');
    await connection.exec(`PRAGMA key = "x'${hex}'"`);
    connection.#handle.configure('busyTimeout', 5_000);
    await connection.exec(SETTINGS);
    if (kind !== 'writer') await connection.exec('PRAGMA query_only = ON');
    return connection;
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
