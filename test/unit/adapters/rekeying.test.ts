import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import type { EncryptedDatabase } from '../../../src/engine/ports';
import { temporaryFolder } from '../../support/temporaryFolder';

const driver = createSqlcipherDriver();
const NEVER = new AbortController().signal;
const NEWEST = 'SELECT max(id) AS newest, count(*) AS count FROM note';

async function filled(rows: number) {
  const folder = await temporaryFolder();
  const file = join(folder, 'tenant.db');
  const key = randomBytes(32);
  const database = await driver.create(file, key);
  onTestFinished(() => database.close());
  await database.commit([
    { sql: 'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT', params: [] },
    { sql: 'PRAGMA user_version = 7', params: [] },
    {
      sql: `INSERT INTO note (text) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
            SELECT hex(randomblob(400)) FROM n`,
      params: [],
    },
  ]);
  return { folder, file, key, database, next: randomBytes(32) };
}

/** Writes one row after the other until it is told to stop. */
function keepWriting(database: EncryptedDatabase) {
  let stopped = false;
  const written = (async () => {
    let count = 0;
    while (!stopped) {
      await database.commit([{ sql: 'INSERT INTO note (text) VALUES (?)', params: [`written ${count}`] }]);
      count += 1;
    }
    return count;
  })();
  return {
    stop: () => {
      stopped = true;
      return written;
    },
  };
}

describe('a change of the key of an open database', () => {
  it('carries every row over while writers and readers go on, and pauses them for the rename only', async () => {
    const { folder, file, key, next, database } = await filled(40_000);
    const writer = keepWriting(database);
    const rekeying = database.rekey(`${file}.next`, next);
    const shares: number[] = [];
    await rekeying.copy((share) => shares.push(share), NEVER);
    await rekeying.verify([NEWEST], NEVER);
    const { pauseMs } = await rekeying.switch(async () => undefined);
    const readMeanwhile = await database.read(NEWEST);
    const count = await writer.stop();
    expect(count).toBeGreaterThan(10);
    expect(shares.at(-1)).toBe(1);
    expect(pauseMs).toBeGreaterThan(0);
    expect(Number(readMeanwhile[0]?.count)).toBeGreaterThan(40_000);
    expect(await database.read(NEWEST)).toEqual([{ newest: 40_000 + count, count: 40_000 + count }]);
    expect(await database.check()).toEqual([]);
    await database.close();
    expect(await readdir(folder)).toEqual(['tenant.db']);
    await expect(driver.open(file, key)).rejects.toMatchObject({ problem: 'wrong-key' });
    const again = await driver.open(file, next);
    expect(await again.read('PRAGMA user_version')).toEqual([{ user_version: 7 }]);
    expect(await again.read('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await again.read(NEWEST)).toEqual([{ newest: 40_000 + count, count: 40_000 + count }]);
    await again.close();
  });

  it('can be abandoned: the database goes on under its key and nothing is left of the copy', async () => {
    const { folder, file, key, next, database } = await filled(5_000);
    const rekeying = database.rekey(`${file}.next`, next);
    const cancelled = new AbortController();
    const copying = rekeying.copy(() => cancelled.abort(new Error('cancelled')), cancelled.signal);
    await expect(copying).rejects.toThrow('cancelled');
    await rekeying.abandon();
    await database.commit([{ sql: "INSERT INTO note (text) VALUES ('after')", params: [] }]);
    await database.close();
    expect(await readdir(folder)).toEqual(['tenant.db']);
    const again = await driver.open(file, key);
    expect(await again.read(NEWEST)).toEqual([{ newest: 5_001, count: 5_001 }]);
    await again.close();
  });

  it('goes on under the old key when the last moment before the rename fails', async () => {
    const { file, key, next, database } = await filled(500);
    const rekeying = database.rekey(`${file}.next`, next);
    await rekeying.copy(() => undefined, NEVER);
    await rekeying.verify([NEWEST], NEVER);
    const failing = rekeying.switch(async () => {
      throw new Error('no power');
    });
    await expect(failing).rejects.toThrow('no power');
    await rekeying.abandon();
    await database.commit([{ sql: "INSERT INTO note (text) VALUES ('after')", params: [] }]);
    expect(await database.read(NEWEST)).toEqual([{ newest: 501, count: 501 }]);
    await database.close();
    await (await driver.open(file, key)).close();
  });

  it('refuses a copy that is not the same', async () => {
    const { file, next, database } = await filled(500);
    const rekeying = database.rekey(`${file}.next`, next);
    await rekeying.copy(() => undefined, NEVER);
    const copy = await driver.open(`${file}.next`, next);
    await copy.commit([{ sql: 'DELETE FROM note WHERE id = 9', params: [] }]);
    await copy.close();
    await expect(rekeying.verify([NEWEST], NEVER)).rejects.toMatchObject({ problem: 'damaged' });
    await rekeying.abandon();
    expect(await database.read(NEWEST)).toEqual([{ newest: 500, count: 500 }]);
  });

  it('leaves no word of the rows in the copy', async () => {
    const { file, next, database } = await filled(10);
    await database.commit([
      { sql: 'INSERT INTO note (text) VALUES (?)', params: ['plain words of a person'] },
    ]);
    const rekeying = database.rekey(`${file}.next`, next);
    await rekeying.copy(() => undefined, NEVER);
    expect((await readFile(`${file}.next`)).includes('plain words')).toBe(false);
    await rekeying.abandon();
  });
});
