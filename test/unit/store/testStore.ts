import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createBetterSqlite3Driver } from '../../../src/adapters/betterSqlite3';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import type { AuditDraft } from '../../../src/engine/mechanism/chain';
import { bulkInsert, migrate, STORE_SCHEMA, Store } from '../../../src/engine/mechanism/store';
import type { Database, DatabaseDriver, Statement } from '../../../src/engine/ports';
import { temporaryFolder } from '../../support/temporaryFolder';
import { ManualClock } from './manualClock';

export const drivers: [name: string, driver: DatabaseDriver, key: Uint8Array | null][] = [
  ['SQLCipher', createSqlcipherDriver(), randomBytes(32)],
  ['better-sqlite3', createBetterSqlite3Driver(), null],
];

export const SCHEMA: readonly string[] = [
  ...STORE_SCHEMA,
  'CREATE TABLE folders (id TEXT PRIMARY KEY) STRICT',
  `CREATE TABLE notes (
     id TEXT PRIMARY KEY,
     folder TEXT NOT NULL REFERENCES folders (id),
     text TEXT,
     size REAL
   ) STRICT`,
  'CREATE TABLE counters (id TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT',
];

export const FOLDERS = bulkInsert('folders', ['id']);
export const NOTES = bulkInsert('notes', ['id', 'folder', 'text', 'size']);

export const event = (name = 'note.added', detail: AuditDraft['detail'] = {}): AuditDraft => ({
  at: 1_763_954_718_000,
  event: name,
  actor: 'user:1',
  target: null,
  outcome: 'done',
  detail,
});

/** A database that counts its commits and can be told to fail. */
export class WatchedDatabase implements Database {
  readonly commits: (readonly Statement[])[] = [];
  /** Thrown by commits as long as it is set. */
  failure: Error | null = null;
  readonly #inner: Database;

  constructor(inner: Database) {
    this.#inner = inner;
  }

  read: Database['read'] = (sql, params) => this.#inner.read(sql, params);
  check: Database['check'] = () => this.#inner.check();
  close: Database['close'] = () => this.#inner.close();

  async commit(statements: readonly Statement[]): Promise<void> {
    this.commits.push(statements);
    if (this.failure) throw this.failure;
    await this.#inner.commit(statements);
  }
}

/** A store over a real database in a folder of the test's own. */
export async function testStore(driver: DatabaseDriver, key: Uint8Array | null) {
  const file = join(await temporaryFolder(), 'store.db');
  const database = new WatchedDatabase(await driver.create(file, key));
  await migrate(database, [{ version: 1, name: 'test', statements: SCHEMA }], 7);
  await database.commit([{ sql: "INSERT INTO counters VALUES ('a', 0)", params: [] }]);
  const clock = new ManualClock();
  const store = await Store.open(database, clock);
  onTestFinished(() => store.close());
  database.commits.length = 0;
  return { store, database, clock, file };
}
