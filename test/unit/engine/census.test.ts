import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBetterSqlite3Driver } from '../../../src/adapters/betterSqlite3';
import { firstCensus, isUnused, openCensus } from '../../../src/engine/control/census';
import { createSeals } from '../../../src/engine/control/context';
import { migrate, Store, type Write } from '../../../src/engine/mechanism/store';
import { CATALOG_APPLICATION_ID, catalogMigrations } from '../../../src/engine/migrations/catalog';
import { folderUntil } from '../../support/engine/folders';
import { TestClock } from '../../support/engine/testClock';

const event = {
  at: 1,
  event: 'test',
  actor: 'system:test',
  target: null,
  outcome: 'done',
  detail: {},
} as const;

/** A sealed row more; its seal is not looked at here. */
function insert(host: string): Write {
  const sql = "INSERT INTO declared_hosts VALUES (?, 1, 'model', '', 0, '')";
  return { statements: [{ sql, params: [host] }], events: [event] };
}

async function open() {
  const folder = await folderUntil(onTestFinished);
  const database = await createBetterSqlite3Driver().create(`${folder}/catalog.db`, null);
  await migrate(database, catalogMigrations, CATALOG_APPLICATION_ID);
  const store = await Store.open(database, new TestClock());
  onTestFinished(() => store.close());
  const parts = { store, seal: createSeals(randomBytes(32)).settings };
  expect(await isUnused(store)).toBe(true);
  await store.write({ statements: [firstCensus(parts, 0)], events: [event] });
  expect(await isUnused(store)).toBe(false);
  return { store, parts, census: await openCensus(parts) };
}

describe('the census', () => {
  it('counts what is written in the same turn, one after the other', async () => {
    const { parts, census } = await open();
    await Promise.all(['a', 'b', 'c'].map((host) => census.write({ declared_hosts: 1 }, insert(host))));
    await openCensus(parts);
  });

  it('stays right when a write fails', async () => {
    const { parts, census } = await open();
    const results = await Promise.allSettled(
      ['a', 'a', 'b'].map((host) => census.write({ declared_hosts: 1 }, insert(host))),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await openCensus(parts);
  });

  it('refuses a write that is not what it says', async () => {
    const { store, parts, census } = await open();
    await expect(census.write({ declared_hosts: 2 }, insert('a'))).rejects.toMatchObject({
      problem: 'guard',
    });
    await expect(census.write({}, insert('a'))).rejects.toMatchObject({ problem: 'guard' });
    expect(await store.read('SELECT * FROM declared_hosts')).toEqual([]);
    await openCensus(parts);
  });
});
