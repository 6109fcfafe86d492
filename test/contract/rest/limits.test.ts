import { describe, expect, it } from 'vitest';
import { at } from '../../support/engine/client';
import { startRest } from '../../support/rest';

const OVERVIEW = { period: '24h' } as const;

describe('the requests of a plan', () => {
  it('are counted for programs, told in the headers, and end with a time to wait', async () => {
    const { send, tenant, member } = await startRest(['analytics.view'], 'starter');
    const ask = () => send('GET', `/tenants/${tenant}/analytics?period=24h`);
    const first = await ask();
    expect(first.headers.get('ratelimit-policy')).toBe(
      '"minute";q=100;w=60, "hour";q=1000;w=3600, "day";q=10000;w=86400',
    );
    expect(first.headers.get('ratelimit')).toMatch(/^"minute";r=99;t=\d+, "hour";r=999;t=\d+/);
    const others = await Promise.all(Array.from({ length: 110 }, ask));
    const refused = others.filter(({ status }) => status === 429);
    // The span slides: a minute that ends in between gives nothing back at once.
    expect(refused.length).toBeGreaterThanOrEqual(10);
    expect(refused.length).toBeLessThanOrEqual(12);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused[0]?.json()).toMatchObject({ code: 'RATE_LIMITED' });
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
