import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSqlcipherDriver } from '../../src/adapters/sqlcipher';
import { type Migration, migrate } from '../../src/engine/mechanism/store';
import { CATALOG_APPLICATION_ID, catalogMigrations } from '../../src/engine/migrations/catalog';
import { TENANT_APPLICATION_ID, tenantMigrations } from '../../src/engine/migrations/tenant';
import type { Database } from '../../src/engine/ports';
import { temporaryFolder } from '../support/temporaryFolder';
import { drivers } from '../unit/store/testStore';

const ID = 0x54455354;

/** A list that uses what migrations use: tables, triggers with bodies, views, indexes, data, rebuilt tables. */
const steps: readonly (readonly string[])[] = [
  [
    'CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT) STRICT',
    "CREATE TRIGGER a_checked BEFORE INSERT ON a WHEN NEW.x = '; no' BEGIN SELECT RAISE(ABORT, 'no; never'); SELECT 1; END",
  ],
  ['CREATE INDEX a_by_x ON a (x)', "INSERT INTO a VALUES (1, 'one; two -- three')"],
  ['ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 7', 'UPDATE a SET y = 8 WHERE id = 1'],
  ['CREATE VIEW v AS SELECT x, y FROM a', 'CREATE VIRTUAL TABLE words USING fts5(text)'],
  ['DROP VIEW v', 'ALTER TABLE a RENAME TO b', 'CREATE VIEW v AS SELECT x FROM b'],
];
const list: readonly Migration[] = steps.map((statements, index) => ({
  version: index + 1,
  name: `step ${index + 1}`,
  statements,
}));

async function contents(database: Database): Promise<unknown> {
  return {
    schema: await database.read('SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name'),
    version: await database.read('PRAGMA user_version'),
    id: await database.read('PRAGMA application_id'),
  };
}

describe.each(drivers)('migrations of a database of %s', (_, driver, key) => {
  async function fresh(): Promise<Database> {
    return driver.create(join(await temporaryFolder(), 'x.db'), key);
  }

  test('lead to the same schema whichever part of the list ran before', async () => {
    const whole = await fresh();
    expect(await migrate(whole, list, ID)).toBe(list.length);
    const expected = await contents(whole);
    const rows = await whole.read('SELECT * FROM b');
    expect(rows).toEqual([{ id: 1, x: 'one; two -- three', y: 8 }]);
    await whole.close();
    const stops = fc.array(fc.integer({ min: 0, max: list.length }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(stops, async (unsorted) => {
        const database = await fresh();
        for (const stop of unsorted.sort()) await migrate(database, list.slice(0, stop), ID);
        expect(await migrate(database, list, ID)).toBe(list.length);
        expect(await migrate(database, list, ID)).toBe(list.length);
        expect(await contents(database)).toEqual(expected);
        expect(await database.read('SELECT * FROM b')).toEqual(rows);
        await database.close();
      }),
      { numRuns: 12 },
    );
  });

  test('leave nothing of any step when one fails', async () => {
    for (const present of [0, 2]) {
      const database = await fresh();
      await migrate(database, list.slice(0, present), ID);
      const before = await contents(database);
      const broken = [
        ...list,
        { version: 6, name: 'broken', statements: ['CREATE TABLE z (a)', 'INSERT INTO nowhere VALUES (1)'] },
      ];
      await expect(migrate(database, broken, ID)).rejects.toMatchObject({ name: 'StoreError' });
      expect(await contents(database)).toEqual(before);
      expect(await migrate(database, list, ID)).toBe(5);
      await database.close();
    }
  });

  test('refuse a database from the future and change nothing', async () => {
    const database = await fresh();
    await migrate(database, list, ID);
    const before = await contents(database);
    await expect(migrate(database, list.slice(0, 3), ID)).rejects.toMatchObject({ problem: 'from-future' });
    expect(await contents(database)).toEqual(before);
    await database.close();
  });

  test('refuse a database of another kind, and one of no kind that holds tables', async () => {
    const database = await fresh();
    await migrate(database, list, ID);
    await expect(migrate(database, list, ID + 1)).rejects.toMatchObject({ problem: 'damaged' });
    await database.close();
    const foreign = await fresh();
    await foreign.commit([{ sql: 'CREATE TABLE somebody_elses (a)', params: [] }]);
    await expect(migrate(foreign, list, ID)).rejects.toMatchObject({ problem: 'damaged' });
    await foreign.close();
  });

  test('refuse a list with gaps and an id that is none', async () => {
    const database = await fresh();
    await expect(migrate(database, list.slice(1), ID)).rejects.toThrow(RangeError);
    for (const id of [0, -1, 1.5, 2 ** 31])
      await expect(migrate(database, list, id)).rejects.toThrow(RangeError);
    await database.close();
  });

  test.each([
    ['the catalogue', catalogMigrations, CATALOG_APPLICATION_ID],
    ['a tenant', tenantMigrations, TENANT_APPLICATION_ID],
  ] as const)('of %s can be applied, and leave a sound database', async (__, migrations, id) => {
    const database = await fresh();
    expect(await migrate(database, migrations, id)).toBe(migrations.length);
    expect(await database.check()).toEqual([]);
    expect(await database.read('PRAGMA foreign_key_check')).toEqual([]);
    expect(
      await database.read("SELECT name FROM sqlite_master WHERE name LIKE 'audit_events%'"),
    ).toHaveLength(3);
    await database.close();
  });
});

test('the conversations of the first version are there in the newest, and found by their words', async () => {
  const driver = createSqlcipherDriver();
  const database = await driver.create(join(await temporaryFolder(), 'x.db'), randomBytes(32));
  await migrate(database, tenantMigrations.slice(0, 1), TENANT_APPLICATION_ID);
  const statements = [
    "INSERT INTO conversations (id, owner_id, sealed_title, created_at, updated_at) VALUES ('c', 'p', 't', 1, 1)",
    "INSERT INTO conversation_words VALUES ('c', 'aaaa'), ('c', 'bbbb')",
    `INSERT INTO messages (id, conversation_id, role, at, sealed_text) VALUES ('m1', 'c', 'question', 1, 's1'), ('m2', 'c', 'answer', 2, 's2')`,
    "INSERT INTO open_queries VALUES ('m3', 'm1', 'c', 'p', 'model', 3)",
  ];
  await database.commit(statements.map((sql) => ({ sql, params: [] })));
  expect(await migrate(database, tenantMigrations, TENANT_APPLICATION_ID)).toBe(tenantMigrations.length);
  expect(await database.read('SELECT id, sealed_text FROM messages ORDER BY at')).toEqual([
    { id: 'm1', sealed_text: 's1' },
    { id: 'm2', sealed_text: 's2' },
  ]);
  expect(await database.read('SELECT messages FROM conversations')).toEqual([{ messages: 2 }]);
  expect(await database.read('SELECT answer_id FROM open_queries')).toEqual([{ answer_id: 'm3' }]);
  const [found] = await database.read(
    "SELECT conversation_id FROM message_words WHERE instr(tokens, 'bbbb') AND instr(tokens, 'aaaa')",
  );
  expect(found).toEqual({ conversation_id: 'c' });
  await database.commit([{ sql: "DELETE FROM conversations WHERE id = 'c'", params: [] }]);
  expect(await database.read('SELECT 1 FROM messages UNION ALL SELECT 1 FROM message_words')).toEqual([]);
  await database.close();
});

test('the two drivers make the same schema', async () => {
  const schemas = [];
  for (const [, driver, key] of drivers) {
    const database = await driver.create(join(await temporaryFolder(), 'x.db'), key);
    await migrate(database, tenantMigrations, TENANT_APPLICATION_ID);
    schemas.push(await contents(database));
    await database.close();
  }
  expect(schemas[0]).toEqual(schemas[1]);
});
