import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { TenantSummary } from '../../src/contract';
import { startTestEngine } from '../support/engine';
import { problemOf } from '../support/engine/calls';
import { openTestWindow, type TestClient } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import { startStaffed } from '../support/engine/staffed';
import { TestClock } from '../support/engine/testClock';
import { createOperator, createTenant } from '../support/engine/world';

const HOUR_MS = 3_600_000;

const NAMES = ['Delta', 'Alpha', 'Echo', 'Bravo', 'Charlie'];
const IN_ORDER = ['Alpha', 'Bravo', 'Charlie', 'Delta', 'Echo'];

type Wish = Parameters<TestClient['installation']['tenants']['list']>[0];

describe('the list of tenants', () => {
  let client: TestClient;
  beforeAll(async () => {
    const ending: (() => Promise<void>)[] = [];
    const { engine } = startTestEngine(await folderUntil((remove) => ending.push(remove)));
    client = openTestWindow(engine).client;
    await createOperator(client);
    for (const name of NAMES) await createTenant(client, { name, domain: `${name.toLowerCase()}.example` });
    return async () => {
      await engine.close();
      for (const end of ending) await end();
    };
  });

  const list = (wish: Wish) => client.installation.tenants.list(wish);
  const names = (tenants: readonly TenantSummary[]) => tenants.map(({ name }) => name);

  it('goes on page by page until every tenant was told once, in the order of all of them', async () => {
    const told: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit: 2, cursor });
      expect(page.total).toBe(NAMES.length);
      told.push(...names(page.tenants));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(told).toEqual(IN_ORDER);
  });

  it('searches and sorts among all, not among those of a page', async () => {
    expect(names((await list({ limit: 1, search: 'echo' })).tenants)).toEqual(['Echo']);
    expect(names((await list({ limit: 1, sort: 'created' })).tenants)).toEqual(['Charlie']);
  });

  it('is turned round by the direction, through all pages; those that are alike stand by name', async () => {
    const told: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit: 2, direction: 'descending', cursor });
      told.push(...names(page.tenants));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(told).toEqual([...IN_ORDER].reverse());
    expect(names((await list({ sort: 'created', direction: 'ascending' })).tenants)).toEqual(NAMES);
    expect(names((await list({ sort: 'created', direction: 'descending' })).tenants)).toEqual(
      [...NAMES].reverse(),
    );
    for (const direction of ['ascending', 'descending'] as const) {
      expect(names((await list({ sort: 'queries', direction })).tenants)).toEqual(IN_ORDER);
    }
  });

  it('goes on at its place when the tenant that it ended with was deleted meanwhile', async () => {
    const id = await createTenant(client, { name: 'Azure', domain: 'azure.example' });
    onTestFinished(async () => expect((await list({})).total).toBe(NAMES.length));
    const first = await list({ limit: 2 });
    expect(names(first.tenants)).toEqual(['Alpha', 'Azure']);
    await client.installation.tenants.delete({ id, confirmName: 'Azure' });
    const second = await list({ limit: 2, cursor: first.next ?? '' });
    expect(names(second.tenants)).toEqual(['Bravo', 'Charlie']);
  });

  it('refuses a place that it never named', async () => {
    expect(await problemOf(list({ cursor: 'nowhere' }))).toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('a tenant of the list', () => {
  it('says when it was asked last, to the second', async () => {
    const clock = new TestClock();
    const { operator, acme, add } = await startStaffed({ clock });
    const uma = await add('uma@acme.example', 'user');
    const read = async () => {
      const { tenants } = await operator.installation<{ tenants: TenantSummary[] }>('tenants.list', {});
      return tenants.find(({ id }) => id === acme)?.lastActivityAt;
    };
    expect(await read()).toBeNull();
    const hour = Math.ceil(clock.now() / HOUR_MS) * HOUR_MS;
    clock.set(hour + 37 * 60_000);
    const before = clock.now();
    for await (const _ of await uma.call<AsyncIterable<unknown>>('assistant.ask', { content: 'When?' }));
    clock.pass(6_000);
    await expect.poll(read).toBeGreaterThanOrEqual(before);
    expect(await read()).toBeLessThan(before + 6_000);
  });
});
