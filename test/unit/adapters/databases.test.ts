import { randomBytes } from 'node:crypto';
import { access, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createBetterSqlite3Driver } from '../../../src/adapters/betterSqlite3';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import type { Database, DatabaseDriver, Statement } from '../../../src/engine/ports';
import { temporaryFolder } from '../../support/temporaryFolder';

const drivers: [name: string, driver: DatabaseDriver, key: Uint8Array | null][] = [
  ['SQLCipher', createSqlcipherDriver(), randomBytes(32)],
  ['better-sqlite3', createBetterSqlite3Driver(), null],
];

const sql = (text: string, ...params: Statement['params']): Statement => ({ sql: text, params });

describe.each(drivers)('a database of %s', (_, driver, key) => {
  async function fresh(): Promise<{ database: Database; file: string }> {
    const file = join(await temporaryFolder(), 'a database.db');
    const database = await driver.create(file, key);
    onTestFinished(() => database.close());
    await database.commit([
      sql('CREATE TABLE things (id TEXT PRIMARY KEY, number INTEGER CHECK (number >= 0), data BLOB)'),
      sql(`CREATE TABLE parts (thing TEXT REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED)`),
    ]);
    return { database, file };
  }

  test('gives back what was committed, of every type', async () => {
    const { database } = await fresh();
    const texts = ["'); DROP TABLE things; --", 'what? ?1 :a @b $c', 'naïve 😀', ''];
    const numbers = [0, 1_763_954_718_123, Number.MAX_SAFE_INTEGER, 7];
    const bytes = new Uint8Array([0, 1, 255, 63, 39]);
    await database.commit(
      texts.map((text, index) =>
        sql('INSERT INTO things VALUES (?, ?, ?)', text, numbers[index] ?? 0, bytes),
      ),
    );
    const rows = await database.read(
      'SELECT id, number, data, typeof(number) AS kind FROM things ORDER BY rowid',
    );
    expect(rows.map((row) => row.id)).toEqual(texts);
    expect(rows.map((row) => row.number)).toEqual(numbers);
    expect(rows.every((row) => row.kind === 'integer')).toBe(true);
    for (const row of rows) expect(new Uint8Array(row.data as Uint8Array)).toEqual(bytes);
    expect(await database.read('SELECT NULL AS none, 1.5 AS half')).toEqual([{ none: null, half: 1.5 }]);
  });

  test('takes whole numbers as whole numbers, so that a division stays whole', async () => {
    const { database } = await fresh();
    const month = 2_592_000_000;
    const [row] = await database.read('SELECT ? / ? AS months, ? AS half', [month * 3 + 5, month, 0.5]);
    expect(row).toEqual({ months: 3, half: 0.5 });
    await database.commit([
      sql('INSERT INTO things (id, number) VALUES (?, ? / ?)', 'a', month * 3 + 5, month),
    ]);
    await database.commit([sql('INSERT INTO things (id, number) VALUES (?, ? * 10)', 'b', 0.5)]);
    expect(await database.read('SELECT number FROM things ORDER BY id')).toEqual([
      { number: 3 },
      { number: 5 },
    ]);
  });

  test('reads by every kind of parameter', async () => {
    const { database } = await fresh();
    await database.commit([
      sql('INSERT INTO things VALUES (?, ?, ?)', 'a?', 5_000_000_000, new Uint8Array([9])),
      sql('INSERT INTO things VALUES (?, ?, ?)', 'b', 2, null),
    ]);
    const found = await database.read(
      "SELECT id FROM things WHERE number = ? AND data = ? AND id <> '?' AND id LIKE ? -- is it?\n LIMIT ?",
      [5_000_000_000, new Uint8Array([9]), 'a%', 10],
    );
    expect(found).toEqual([{ id: 'a?' }]);
  });

  test('rolls everything back when a guard does not hold, and names the statement', async () => {
    const { database } = await fresh();
    await database.commit([sql('INSERT INTO things (id, number) VALUES (?, 1)', 'a')]);
    const failing = database.commit([
      sql('INSERT INTO things (id) VALUES (?)', 'b'),
      { sql: 'UPDATE things SET number = 2 WHERE id = ? AND number = ?', params: ['a', 1], expect: 1 },
      { sql: 'UPDATE things SET number = 3 WHERE id = ? AND number = ?', params: ['a', 1], expect: 1 },
    ]);
    await expect(failing).rejects.toMatchObject({ name: 'StoreError', problem: 'guard', statement: 2 });
    expect(await database.read('SELECT id, number FROM things')).toEqual([{ id: 'a', number: 1 }]);
  });

  test.each([
    ['a check', [sql('INSERT INTO things (id, number) VALUES (?, ?)', 'b', -1)], 0],
    [
      'a key',
      [sql('INSERT INTO things (id) VALUES (?)', 'b'), sql('INSERT INTO things (id) VALUES (?)', 'a')],
      1,
    ],
    ['a deferred reference', [sql('INSERT INTO parts VALUES (?)', 'nobody')], null],
  ])('rolls everything back when %s does not hold', async (__, statements, statement) => {
    const { database } = await fresh();
    await database.commit([sql('INSERT INTO things (id) VALUES (?)', 'a')]);
    await expect(database.commit(statements)).rejects.toMatchObject({ problem: 'constraint', statement });
    expect(await database.read('SELECT id FROM things')).toEqual([{ id: 'a' }]);
    await database.commit([sql('INSERT INTO things (id) VALUES (?)', 'still taken')]);
  });

  test('takes two interleaved writers strictly one after the other', async () => {
    const { database } = await fresh();
    const transfer = (who: string, index: number) =>
      database.commit([
        sql('INSERT INTO things (id, number) VALUES (?, (SELECT count(*) FROM things))', `${who}${index}`),
        ...Array.from(
          { length: 5 },
          (__, part) => sql('INSERT INTO parts VALUES (?)', `${who}${index}`) ?? part,
        ),
        // Fails for every third: its rows must not slip into the other writer's transaction.
        {
          sql: 'UPDATE things SET data = ? WHERE id = ?',
          params: ['x', index % 3 === 0 ? 'nobody' : `${who}${index}`],
          expect: 1,
        },
      ]);
    const writer = async (who: string) => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 60 }, (__, index) => transfer(who, index)),
      );
      return outcomes.filter((outcome) => outcome.status === 'fulfilled').length;
    };
    expect(await Promise.all([writer('a'), writer('b')])).toEqual([40, 40]);
    const rows = await database.read('SELECT number FROM things ORDER BY rowid');
    expect(rows.map((row) => row.number)).toEqual(rows.map((__, index) => index));
    const parts = await database.read('SELECT thing, count(*) AS n FROM parts GROUP BY thing');
    expect(parts).toHaveLength(80);
    expect(parts.every((row) => row.n === 5)).toBe(true);
  });

  test('lets a reader see what was committed before, and never write', async () => {
    const { database } = await fresh();
    for (let index = 0; index < 50; index += 1) {
      await database.commit([sql('INSERT INTO things (id) VALUES (?)', String(index))]);
      const [row, again] = await Promise.all([
        database.read('SELECT count(*) AS n FROM things'),
        database.read('SELECT count(*) AS n FROM things'),
      ]);
      expect([row, again]).toEqual([[{ n: index + 1 }], [{ n: index + 1 }]]);
    }
    await expect(database.read("INSERT INTO things (id) VALUES ('no') RETURNING id")).rejects.toMatchObject({
      name: 'StoreError',
    });
    expect(await database.read("SELECT id FROM things WHERE id = 'no'")).toEqual([]);
  });

  test('refuses SQL with a mistake, wrong numbers of parameters, and goes on', async () => {
    const { database } = await fresh();
    for (const statement of [
      sql('INSERT INTO nowhere VALUES (?)', 'a'),
      sql('INSERT INTO things (id) VALUES (?)', 'a', 'b'),
      sql('INSERT INTO things (id, number) VALUES (?, ?)', 'a'),
    ]) {
      await expect(database.commit([statement])).rejects.toMatchObject({
        name: 'StoreError',
        problem: 'other',
      });
    }
    await expect(database.read('SELECT nonsense FROM things')).rejects.toMatchObject({ name: 'StoreError' });
    await database.commit([sql('INSERT INTO things (id) VALUES (?)', 'a')]);
    expect(await database.read('SELECT id FROM things')).toEqual([{ id: 'a' }]);
  });

  test('stages more parameters than fit into one batch', async () => {
    const { database } = await fresh();
    const many = Array.from({ length: 700 }, (__, index) => `thing ${index}`);
    await database.commit(many.map((id) => sql('INSERT INTO things (id) VALUES (?)', id)));
    const rows = await database.read('SELECT id FROM things ORDER BY rowid');
    expect(rows.map((row) => row.id)).toEqual(many);
  });

  test('reads in parallel more than it has connections', async () => {
    const { database, file } = await fresh();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (__, index) => database.read('SELECT ? AS index_', [index])),
    );
    expect(answers.map(([row]) => row?.index_)).toEqual(answers.map((__, index) => index));
    if (process.platform !== 'linux') return;
    const descriptors = await readdir('/proc/self/fd');
    const targets = await Promise.all(
      descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    );
    expect(targets.filter((target) => target === file).length).toBeLessThanOrEqual(3);
  });

  test('keeps its content when closed and opened, in a file of its owner alone', async () => {
    const { database, file } = await fresh();
    await database.commit([sql('INSERT INTO things (id) VALUES (?)', 'kept')]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(`${file}-wal`)).mode & 0o777).toBe(0o600);
    const late = ['on', 'its', 'way'].map((id) =>
      database.commit([sql('INSERT INTO things (id) VALUES (?)', id)]),
    );
    await Promise.all([...late, database.close(), database.close()]);
    await expect(database.read('SELECT 1')).rejects.toMatchObject({ problem: 'other' });
    await expect(database.commit([])).rejects.toMatchObject({ problem: 'other' });
    const again = await driver.open(file, key);
    expect(await again.read('SELECT id FROM things ORDER BY rowid')).toEqual(
      ['kept', 'on', 'its', 'way'].map((id) => ({ id })),
    );
    expect(await again.check()).toEqual([]);
    await again.close();
  });

  test('is neither made by open nor replaced by create', async () => {
    const { file } = await fresh();
    const bytes = await readFile(file);
    await expect(driver.create(file, key)).rejects.toMatchObject({ name: 'StoreError' });
    expect(await readFile(file)).toEqual(bytes);
    await expect(driver.open(`${file}.none`, key)).rejects.toMatchObject({ problem: 'missing' });
    await expect(access(`${file}.none`)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('is opened again when nothing was ever written', async () => {
    const file = join(await temporaryFolder(), 'empty.db');
    await (await driver.create(file, key)).close();
    const again = await driver.open(file, key);
    expect(await again.read('SELECT count(*) AS n FROM sqlite_master')).toEqual([{ n: 0 }]);
    await again.close();
  });
});
