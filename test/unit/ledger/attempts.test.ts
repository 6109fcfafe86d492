import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBetterSqlite3Driver } from '../../../src/adapters/betterSqlite3';
import type { EgressAttempt, LedgerFilter } from '../../../src/contract';
import { attemptRow, ownAttemptRow, readAttempts } from '../../../src/engine/mechanism/ledger';
import { type Migration, migrate, Store } from '../../../src/engine/mechanism/store';
import { catalogMigrations } from '../../../src/engine/migrations/catalog';
import { tenantMigrations } from '../../../src/engine/migrations/tenant';
import { TestClock } from '../../support/engine/testClock';
import { temporaryFolder } from '../../support/temporaryFolder';

const ALL: LedgerFilter = { decision: null, host: '', from: null, to: null };

const ATTEMPTS: readonly EgressAttempt[] = [
  ['a', 100, 'gpu-01.internal', 'allowed'],
  ['b', 200, 'api.cloud.example', 'refused'],
  ['c', 300, 'gpu-02.internal', 'allowed'],
  ['d', 400, 'gpu-01.internal', 'refused'],
].map(([id, at, host, decision]) => ({
  id: String(id),
  at: Number(at),
  host: String(host),
  port: 443,
  purpose: 'model',
  decision: decision as EgressAttempt['decision'],
  rule: 'a rule',
  place: decision === 'refused' ? { kind: 'cloud', region: 'eu-de' } : { kind: 'this-site', region: null },
  model: 'house/model',
}));

async function openStore(migrations: readonly Migration[]): Promise<Store> {
  const database = await createBetterSqlite3Driver().create(join(await temporaryFolder(), 'x.db'), null);
  await migrate(database, migrations, 1);
  const store = await Store.open(database, new TestClock());
  onTestFinished(() => store.close());
  return store;
}

async function openLedger(): Promise<Store> {
  const store = await openStore(tenantMigrations);
  await store.write({ rows: ATTEMPTS.map(attemptRow), events: [], housekeeping: true });
  return store;
}

/** The ids of all that a filter leaves, read one by one. */
async function idsOf(store: Store, filter: Partial<LedgerFilter>): Promise<string> {
  let found = '';
  let cursor: string | undefined;
  do {
    const page = await readAttempts(store, { ...ALL, ...filter, limit: 1, cursor });
    found += page.attempts.map(({ id }) => id).join('');
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return found;
}

describe('the egress ledger', () => {
  it('is read newest first, page by page, without a gap or a repetition', async () => {
    const store = await openLedger();
    expect(await idsOf(store, {})).toBe('dcba');
    expect((await readAttempts(store, { ...ALL, limit: 50 })).attempts).toEqual([...ATTEMPTS].reverse());
  });

  it('of the installation, which keeps no place and no model, says that it does not know them', async () => {
    const store = await openStore(catalogMigrations);
    await store.write({ rows: ATTEMPTS.map(ownAttemptRow), events: [], housekeeping: true });
    const { attempts } = await readAttempts(store, { ...ALL, limit: 1 });
    expect(attempts).toEqual([{ ...ATTEMPTS[3], place: null, model: null }]);
  });

  it('is filtered by decision, a part of the host, and time', async () => {
    const store = await openLedger();
    expect(await idsOf(store, { decision: 'refused' })).toBe('db');
    expect(await idsOf(store, { host: 'gpu-01' })).toBe('da');
    expect(await idsOf(store, { host: '%' })).toBe('');
    expect(await idsOf(store, { from: 200 })).toBe('dcb');
    expect(await idsOf(store, { to: 200 })).toBe('a');
    expect(await idsOf(store, { from: 200, to: 400, decision: 'allowed', host: 'internal' })).toBe('c');
  });
});
