import { stat } from 'node:fs/promises';
import {
  type EncryptedDatabase,
  type Rekeying,
  type SqlRow,
  type SqlValue,
  type Statement,
  StoreError,
} from '../../engine/ports';
import { Connection } from './connection';
import { codeOf, storeError } from './problems';
import { Readers } from './readers';
import { createRekeying } from './rekeying';
import { SCRIPT_TABLES } from './script';
import { runTransaction, UnusableConnection } from './transaction';

/** Connections that read; the second is opened when the first is busy. */
const READERS = 2;

/** A tenant's database: one connection that writes, up to two that read, all under a raw key. */
export class SqlcipherDatabase implements EncryptedDatabase {
  readonly #file: string;
  readonly #key: Uint8Array;
  #writer: Connection | null = null;
  #writing: Promise<void> = Promise.resolve();
  readonly #readers = new Readers(() => this.#openReader(), READERS);
  #immutable = false;
  #closing: Promise<void> | null = null;
  /** Hears of each transaction that was committed; `null` when the outcome of one is unknown. */
  #follower: ((statements: readonly Statement[] | null) => void) | null = null;

  private constructor(file: string, key: Uint8Array) {
    this.#file = file;
    this.#key = Uint8Array.from(key);
  }

  /** Makes the first page of an empty file that is there already. */
  static create(file: string, key: Uint8Array): Promise<SqlcipherDatabase> {
    return SqlcipherDatabase.#start(file, key, async (database) => {
      database.#writer = await database.#openWriter();
    });
  }

  /**
   * Opens the connections and reads the first page.
   * @throws StoreError `wrong-key`, `damaged`, `other`
   */
  static open(file: string, key: Uint8Array): Promise<SqlcipherDatabase> {
    return SqlcipherDatabase.#start(file, key, (database) => database.#openAll());
  }

  static async #start(
    file: string,
    key: Uint8Array,
    start: (database: SqlcipherDatabase) => Promise<void>,
  ): Promise<SqlcipherDatabase> {
    const database = new SqlcipherDatabase(file, key);
    try {
      await start(database);
    } catch (error) {
      await database.close();
      // The driver's error would carry the statement that gives the key.
      if (codeOf(error) === 'SQLITE_NOTADB') throw new StoreError('wrong-key');
      throw await storeError(file, error);
    }
    return database;
  }

  async read(sql: string, params: readonly SqlValue[] = []): Promise<SqlRow[]> {
    this.#requireOpen();
    try {
      return await this.#readers.use((connection) => connection.all(sql, params));
    } catch (error) {
      throw await storeError(this.#file, error);
    }
  }

  commit(statements: readonly Statement[]): Promise<void> {
    if (this.#closing) return Promise.reject(closedError());
    return this.#inTurn(() => this.#commit(statements));
  }

  rekey(file: string, key: Uint8Array): Rekeying {
    this.#requireOpen();
    return createRekeying(
      {
        file: this.#file,
        inTurn: (work) => (this.#closing ? Promise.reject(closedError()) : this.#inTurn(work)),
        takeWriter: () => this.#takeWriter(),
        openReader: () => this.#openReader(),
        follow: (follower) => {
          this.#follower = follower;
        },
        withoutReaders: (work) => this.#readers.without(work),
        replace: (next, work) => this.#replace(next, work),
      },
      file,
      key,
    );
  }

  async check(): Promise<string[]> {
    this.#requireOpen();
    const connection = await this.#openReader();
    try {
      const pages = await connection.all('PRAGMA cipher_integrity_check', []);
      const complaints = pages.flatMap((row) => Object.values(row).map(String));
      // Pages that fail their HMAC end SQLite's own check with an error; they are named already.
      if (complaints.length > 0) return complaints;
      const rows = await connection.all('PRAGMA integrity_check', []);
      return rows.flatMap((row) => Object.values(row).map(String)).filter((text) => text !== 'ok');
    } catch (error) {
      const { problem } = await storeError(this.#file, error);
      return [`the check ended with: ${problem}`];
    } finally {
      await connection.close();
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #openAll(): Promise<void> {
    try {
      await this.#readFirstPage();
    } catch (error) {
      const { problem } = await storeError(this.#file, error);
      if (problem !== 'read-only' || (await hasLog(this.#file))) throw error;
      this.#immutable = true;
      await this.#readFirstPage();
    }
    if (!this.#immutable) this.#writer = await this.#openWriter();
  }

  async #readFirstPage(): Promise<void> {
    await this.#readers.use((connection) => connection.all('SELECT count(*) FROM sqlite_master', []));
  }

  #openReader(): Promise<Connection> {
    return Connection.open(this.#file, this.#key, this.#immutable ? 'immutable' : 'reader');
  }

  async #openWriter(): Promise<Connection> {
    const connection = await Connection.open(this.#file, this.#key, 'writer');
    try {
      await connection.exec('PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 67108864;');
      await connection.exec(SCRIPT_TABLES);
    } catch (error) {
      await connection.close();
      throw error;
    }
    return connection;
  }

  /** Runs the work after all that was taken before it, and holds back what comes later until it is done. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#writing.then(work);
    this.#writing = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /**
   * Closes the writer, lets the work put another file in the place of this one and goes on under its key; under the
   * present key when the work fails.
   */
  async #replace(key: Uint8Array, work: () => Promise<void>): Promise<void> {
    const writer = this.#writer;
    this.#writer = null;
    try {
      await writer?.close();
      await work();
      this.#key.set(key);
    } finally {
      this.#writer = await this.#openWriter();
    }
  }

  async #commit(statements: readonly Statement[]): Promise<void> {
    const writer = await this.#takeWriter();
    try {
      await runTransaction(writer, this.#file, statements);
      this.#follower?.(statements);
    } catch (error) {
      const isUnusable = error instanceof UnusableConnection;
      // One that was opened in the moment before the volume became writable again would stay read-only for ever.
      const isReadOnly = error instanceof StoreError && error.problem === 'read-only';
      if (!isUnusable && !isReadOnly) throw error;
      this.#follower?.(null);
      this.#writer = null;
      await writer.close();
      throw isUnusable ? error.problem : error;
    }
  }

  /** The writer; on a volume that was read-only it is opened as soon as that is over, with fresh readers. */
  async #takeWriter(): Promise<Connection> {
    if (this.#writer) return this.#writer;
    try {
      this.#writer = await this.#openWriter();
    } catch (error) {
      throw await storeError(this.#file, error);
    }
    if (this.#immutable) {
      this.#immutable = false;
      await this.#readers.renew();
    }
    return this.#writer;
  }

  async #closeAll(): Promise<void> {
    await this.#writing;
    await this.#readers.close();
    await this.#writer?.close();
    this.#key.fill(0);
  }

  #requireOpen(): void {
    if (this.#closing) throw closedError();
  }
}

function closedError(): StoreError {
  return new StoreError('other', { cause: new Error('the database is closed') });
}

/** Whether a write-ahead log with content lies beside the file: then its pages are not the whole truth. */
async function hasLog(file: string): Promise<boolean> {
  try {
    return (await stat(`${file}-wal`)).size > 0;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
