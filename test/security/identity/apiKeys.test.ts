import { describe, expect, it, onTestFinished } from 'vitest';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import type { NewApiKey } from '../../../src/contract';
import type { DatabaseDriver, EncryptedDatabase } from '../../../src/engine/ports';
import { startTestEngine } from '../../support/engine';
import { createCaller, problemOf } from '../../support/engine/calls';
import { complaintsAbout } from '../../support/engine/clean';
import { at, openTestWindow } from '../../support/engine/client';
import { folderUntil } from '../../support/engine/folders';
import { inspectTenant } from '../../support/engine/soundness';
import { TestClock } from '../../support/engine/testClock';
import { createOperator, createTenant, signInAdministrator } from '../../support/engine/world';

/*
 * Somebody has a key: of another tenant, one that was revoked, has run out or was changed, one whose owner is gone.
 * Or they have a real one and want more than it may do.
 */

const DAY = 86_400_000;
const WISHES = { name: 'Nightly report', scopes: ['analytics.view' as const], expiresInDays: 30 };

async function start() {
  const clock = new TestClock();
  const opened: string[] = [];
  const real = createSqlcipherDriver();
  const tenantDriver: DatabaseDriver<EncryptedDatabase> = {
    create: (file, key) => real.create(file, key),
    open(file, key) {
      opened.push(file);
      return real.open(file, key);
    },
  };
  const folder = await folderUntil(onTestFinished);
  const test = startTestEngine(folder, { clock, tenantDriver });
  onTestFinished(() => test.engine.close());
  const { client: operator } = openTestWindow(test.engine);
  await createOperator(operator);
  const acme = await createTenant(operator);
  const other = await createTenant(operator, { domain: 'other.example' });
  const { client: member } = openTestWindow(test.engine);
  await signInAdministrator(member);
  /** Calls a tenant with a key, as a program does. */
  function withKey(secret: string, tenant = acme, engine = test.engine) {
    const caller = createCaller(engine, 'address:10.0.0.7');
    caller.credential = secret;
    return (name: string, input: unknown = {}) => caller.call('tenant', name, input, { tenant });
  }
  const read = (secret: string, tenant = acme, engine = test.engine) =>
    withKey(secret, tenant, engine)('overview.read', { period: '24h' });
  const create = (wishes: Partial<typeof WISHES> = {}): Promise<NewApiKey> =>
    member.tenant.apiKeys.create({ ...WISHES, ...wishes }, at(acme));
  return { clock, folder, test, operator, member, acme, other, opened, withKey, read, create };
}

describe('an API key', () => {
  it('opens what it is for, and its last use is seen', async () => {
    const { member, acme, clock, read, create } = await start();
    const { key, secret } = await create();
    expect(secret.startsWith(key.prefix)).toBe(true);
    await read(secret);
    const [listed] = await member.tenant.apiKeys.list({}, at(acme));
    expect(listed).toMatchObject({ ...key, lastUsedAt: clock.now(), owner: { kind: 'person' } });
    expect(JSON.stringify(listed)).not.toContain(secret);
  });

  it('of one tenant is worthless at another, and opens no database there', async () => {
    const { test, folder, clock, other, opened, read, create } = await start();
    const { secret } = await create();
    expect(await problemOf(read(secret, other))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    await test.engine.close();
    const after = startTestEngine(folder, {
      clock,
      keystore: test.keystore,
      tenantDriver: test.ports.tenantDriver,
    });
    onTestFinished(() => after.engine.close());
    opened.length = 0;
    expect(await problemOf(read(secret, other, after.engine))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect(opened).toEqual([]);
  });

  it('that is changed in any character opens nothing and no database', async () => {
    const { test, folder, clock, acme, opened, read, create } = await start();
    const { secret } = await create();
    await test.engine.close();
    const after = startTestEngine(folder, {
      clock,
      keystore: test.keystore,
      tenantDriver: test.ports.tenantDriver,
    });
    onTestFinished(() => after.engine.close());
    opened.length = 0;
    for (let place = 4; place < secret.length; place += 5) {
      const swapped = secret[place] === 'A' ? 'B' : 'A';
      const changed = `${secret.slice(0, place)}${swapped}${secret.slice(place + 1)}`;
      const problem = await problemOf(read(changed, acme, after.engine));
      expect([place, (problem as { code: string }).code]).toEqual([place, 'NOT_SIGNED_IN']);
      expect(complaintsAbout(problem, [changed])).toEqual([]);
    }
    expect(opened).toEqual([]);
    await read(secret, acme, after.engine);
  });

  it('does no more than its scopes, nothing about an account, and nothing that wants a fresh proof', async () => {
    const { acme, withKey, create } = await start();
    const { secret } = await create({ scopes: ['knowledge.manage' as never] });
    const call = withKey(secret, acme);
    const refused: [string, unknown][] = [
      ['overview.read', { period: '24h' }],
      ['users.list', {}],
      ['identity.current', {}],
      ['apiKeys.create', WISHES],
      ['apiKeys.list', {}],
      ['account.changePassword', { current: 'x', next: 'seven stones roll by' }],
      ['account.beginSecondFactor', {}],
      ['account.sessions', {}],
    ];
    for (const [name, input] of refused) {
      const problem = await problemOf(call(name, input));
      expect([name, (problem as { code: string }).code]).toEqual([name, 'NOT_ALLOWED']);
    }
    const removed = call('knowledge.remove', { id: '019a0000-0000-7000-8000-000000000000' });
    expect(await problemOf(removed)).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  });

  it('is worth nothing at the installation', async () => {
    const { test, create } = await start();
    const { secret } = await create();
    const caller = createCaller(test.engine);
    caller.credential = secret;
    const listing = caller.call('installation', 'tenants.list', { limit: 5 });
    expect(await problemOf(listing)).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('opens nothing once it has run out or was revoked, also in the midst of what it watches', async () => {
    const { clock, member, acme, withKey, read, create } = await start();
    const { secret: short } = await create({ expiresInDays: 1 });
    const { key, secret } = await create();
    clock.pass(DAY + 1);
    expect(await problemOf(read(short))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    const stream = (await withKey(secret)('overview.watch', { period: '24h' })) as AsyncIterable<unknown>;
    const watching = stream[Symbol.asyncIterator]();
    await watching.next();
    const end = problemOf(watching.next());
    await signInAdministrator(member);
    await member.tenant.apiKeys.revoke({ id: key.id, reason: 'leaked' }, at(acme));
    expect(await end).toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect(await problemOf(read(secret))).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('that runs out in the midst of what it watches is told nothing more', async () => {
    const { clock, member, acme, withKey, create } = await start();
    const { secret } = await create({ scopes: ['knowledge.read' as never], expiresInDays: 1 });
    const stream = (await withKey(secret)('knowledge.watch')) as AsyncIterable<unknown>;
    const watching = stream[Symbol.asyncIterator]();
    await watching.next();
    const end = problemOf(watching.next());
    clock.pass(DAY + 1);
    await signInAdministrator(member);
    await member.tenant.knowledge.add({ file: new File(['text'], 'later.txt') }, at(acme));
    expect(await end).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('lies in the database as a keyed hash alone', async () => {
    const { folder, test, acme, create } = await start();
    const { secret } = await create();
    await test.engine.close();
    await inspectTenant(folder, test.keystore, acme, async (database) => {
      const rows = JSON.stringify([
        await database.read('SELECT * FROM api_keys'),
        await database.read('SELECT * FROM audit_events'),
      ]);
      expect(rows).not.toContain(secret);
      expect(rows).not.toContain(secret.slice(20));
    });
  });
});

describe('a service account', () => {
  it('is used by its keys alone, and they end with it', async () => {
    const { test, operator, member, acme, read, clock } = await start();
    const there = at(acme);
    const service = await member.tenant.apiKeys.addService({ name: 'Reports', role: 'user' }, there);
    const { key, secret } = await member.tenant.apiKeys.createForService(
      { ...WISHES, serviceId: service.id },
      there,
    );
    expect(key.owner).toEqual({ id: service.id, kind: 'service', name: 'Reports' });
    await read(secret);
    const { client: stranger } = openTestWindow(test.engine);
    const signIn = stranger.tenant.identity.signIn(
      { email: `${service.id}@service.invalid`, password: 'anything at all' },
      there,
    );
    expect(await problemOf(signIn)).toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await operator.tenant.apiKeys.disableService({ id: service.id, reason: 'done' }, there);
    expect(await problemOf(read(secret))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    clock.pass(1);
    const [listed] = await operator.tenant.apiKeys.services({}, there);
    expect(listed).toMatchObject({ name: 'Reports', state: 'disabled' });
  });

  it('gets no key from somebody who may not manage users', async () => {
    const { acme, withKey, create } = await start();
    const { secret } = await create({ scopes: ['ai.query' as never] });
    const adding = withKey(secret, acme)('apiKeys.addService', { name: 'Mine', role: 'tenant-admin' });
    expect(await problemOf(adding)).toMatchObject({ code: 'NOT_ALLOWED' });
  });
});
