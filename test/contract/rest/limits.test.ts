import { dirname } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NO_OWN_LIMITS, type OwnLimits } from '../../../src/contract';
import { startTestEngine } from '../../support/engine';
import { at } from '../../support/engine/client';
import { startRest } from '../../support/rest';

const OVERVIEW = { period: '24h' } as const;
const most = (limits: Partial<OwnLimits>): OwnLimits => ({ ...NO_OWN_LIMITS, ...limits });

async function start(scopes = ['analytics.view'], plan: 'starter' | 'custom' = 'starter') {
  const rest = await startRest(scopes, plan);
  const path = `/tenants/${rest.tenant}/analytics?period=24h`;
  const ask = (credential = rest.secret) => rest.send('GET', path, { credential });
  const anotherKey = async () => {
    const wishes = { name: 'Another', scopes: scopes as ['analytics.view'], expiresInDays: 30 };
    return (await rest.member.tenant.apiKeys.create(wishes, at(rest.tenant))).secret;
  };
  return { ...rest, ask, anotherKey, own: rest.member.tenant };
}

describe('the requests of a plan', () => {
  it('are counted for programs, told in the headers, and end with a time to wait', async () => {
    const { ask, tenant, member } = await start();
    const first = await ask();
    expect(first.headers.get('ratelimit-policy')).toBe(
      '"tenant-minute";q=100;w=60, "tenant-hour";q=1000;w=3600, "tenant-day";q=10000;w=86400',
    );
    expect(first.headers.get('ratelimit')).toMatch(/^"tenant-minute";r=99;t=\d+$/);
    const others = await Promise.all(Array.from({ length: 110 }, () => ask()));
    const refused = others.filter(({ status }) => status === 429);
    // The span slides: a minute that ends in between gives nothing back at once.
    expect(refused.length).toBeGreaterThanOrEqual(10);
    expect(refused.length).toBeLessThanOrEqual(12);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused[0]?.headers.get('ratelimit')).toMatch(/^"tenant-minute";r=0;t=\d+$/);
    expect(await refused[0]?.json()).toMatchObject({
      code: 'RATE_LIMITED',
      detail: 'At most 100 requests a minute for this tenant.',
      limit: { of: 'tenant', per: 'minute', most: 100 },
    });
    await member.tenant.overview.read(OVERVIEW, at(tenant));
  });

  it('are not counted for who has no session there', async () => {
    const { send, tenant } = await startRest(['analytics.view'], 'starter');
    const strangers = Array.from({ length: 120 }, () =>
      send('GET', `/tenants/${tenant}/analytics?period=24h`, { credential: null }),
    );
    for (const answer of await Promise.all(strangers)) expect(answer.status).toBe(401);
    expect((await send('GET', `/tenants/${tenant}/analytics?period=24h`)).status).toBe(200);
  });
});

describe('the requests of a key', () => {
  it('are those that its maker gave it, and others go on', async () => {
    const { ask, anotherKey, own, tenant } = await start();
    const wishes = { name: 'Slow', scopes: ['analytics.view' as const], expiresInDays: 1 };
    const { key, secret } = await own.apiKeys.create({ ...wishes, limits: most({ minute: 2 }) }, at(tenant));
    expect(key.limits).toEqual(most({ minute: 2 }));
    const first = await ask(secret);
    expect(first.headers.get('ratelimit-policy')).toContain('"key-minute";q=2;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"key-minute";r=1;t=\d+$/);
    await ask(secret);
    const refused = await ask(secret);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({
      code: 'RATE_LIMITED',
      detail: 'At most 2 requests a minute for this key.',
      limit: { of: 'key', per: 'minute', most: 2 },
    });
    expect((await ask(await anotherKey())).status).toBe(200);
  });

  it('are changed by an administrator while it is in use, and by what all keys may', async () => {
    const { ask, own, tenant, keyId } = await start();
    await own.limits.update({ version: 0, person: NO_OWN_LIMITS, key: most({ hour: 1 }) }, at(tenant));
    expect((await ask()).status).toBe(200);
    expect(await (await ask()).json()).toMatchObject({ limit: { of: 'key', per: 'hour', most: 1 } });
    await own.apiKeys.setLimits({ id: keyId, limits: most({ hour: 3 }) }, at(tenant));
    expect((await ask()).status).toBe(200);
    const { uses } = await own.limits.read({}, at(tenant));
    expect(uses.map(({ of, name, hour }) => ({ of, name, ...hour }))).toEqual([
      { of: 'tenant', name: 'Acme Corporation', used: 2, most: 1_000 },
      { of: 'key', name: 'Integration', used: 2, most: 3 },
    ]);
  });

  it('are still used up when the engine starts again', async () => {
    const first = await start();
    await first.own.apiKeys.setLimits({ id: first.keyId, limits: most({ day: 2 }) }, at(first.tenant));
    await first.ask();
    await first.ask();
    await first.engine.close();
    const { keystore } = first;
    const { engine } = startTestEngine(dirname(first.ports.files.absolute('catalog.db')), { keystore });
    onTestFinished(() => engine.close());
    const third = engine.call({
      scope: 'tenant',
      tenant: first.tenant,
      name: 'overview.read',
      input: OVERVIEW,
      credential: first.secret,
      source: 'address:127.0.0.1',
      signal: new AbortController().signal,
      bytes: 0,
      byProgram: true,
    });
    await expect(third).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      detail: { limit: { of: 'key', per: 'day', most: 2 } },
    });
  });
});

describe('the requests of a person', () => {
  it('are counted over all their keys, and not for their own window', async () => {
    const { ask, anotherKey, own, tenant } = await start(['analytics.view'], 'custom');
    await own.limits.update({ version: 0, person: most({ minute: 2 }), key: NO_OWN_LIMITS }, at(tenant));
    const other = await anotherKey();
    expect((await ask()).headers.get('ratelimit-policy')).toBe('"person-minute";q=2;w=60');
    expect((await ask(other)).status).toBe(200);
    const refused = await ask(other);
    expect(refused.headers.get('ratelimit-policy')).toBe('"person-minute";q=2;w=60');
    expect(await refused.json()).toMatchObject({
      detail: 'At most 2 requests a minute for this person.',
      limit: { of: 'person', per: 'minute', most: 2 },
    });
    await own.overview.read(OVERVIEW, at(tenant));
  });

  it('are changed by who saw the newest version of the policy', async () => {
    const { own, tenant } = await start();
    const policy = { person: most({ minute: 5 }), key: NO_OWN_LIMITS };
    await own.limits.update({ version: 0, ...policy }, at(tenant));
    await expect(own.limits.update({ version: 0, ...policy }, at(tenant))).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect((await own.limits.read({}, at(tenant))).policy).toEqual({ version: 1, ...policy });
  });
});

describe('queries at the same time', () => {
  it('are limited for a key, and the refusal names it', async () => {
    const { send, runtime, own, tenant, keyId, secret } = await start(['ai.query']);
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    runtime.script = async function* () {
      begun.resolve();
      await end.promise;
      yield { type: 'text', text: 'Done' };
    };
    await own.apiKeys.setLimits({ id: keyId, limits: most({ atOnce: 1 }) }, at(tenant));
    const query = () =>
      send('POST', `/tenants/${tenant}/ai/query`, { credential: secret, body: { content: 'How long?' } });
    const running = query();
    await begun.promise;
    const refused = await query();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({
      code: 'TOO_BUSY',
      detail: 'At most 1 query at the same time for this key.',
      limit: { of: 'key', per: 'at-once', most: 1 },
    });
    end.resolve();
    expect((await running).status).toBe(200);
    expect((await query()).status).toBe(200);
  });
});
