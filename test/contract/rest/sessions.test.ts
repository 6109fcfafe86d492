import { describe, expect, it } from 'vitest';
import type { PasswordHasher } from '../../../src/engine/ports';
import { quickHasher } from '../../support/engine';
import { createAuthenticator } from '../../support/engine/authenticator';
import { at } from '../../support/engine/client';
import { TestClock } from '../../support/engine/testClock';
import { ADMINISTRATOR, newTenant, OPERATOR } from '../../support/engine/world';
import { startRest } from '../../support/rest';

const AT_TENANT = {
  tenant: 'acme.example',
  email: ADMINISTRATOR.email,
  password: ADMINISTRATOR.password,
};
const AS_OPERATOR = { email: OPERATOR.email, password: OPERATOR.password };

type Rest = Awaited<ReturnType<typeof startRest>>;

async function signIn({ send }: Rest, body: object) {
  const answer = await send('POST', '/sessions', { credential: null, body });
  expect(answer.status).toBe(200);
  return (await answer.json()) as {
    accessToken: string;
    refreshToken: string;
    expiresAt: number;
    needs: string | null;
    tenantId: string | null;
  };
}

async function codeOf(answer: Response): Promise<string> {
  return ((await answer.json()) as { code: string }).code;
}

describe('signing in over REST', () => {
  it('lets an operator do what operators do, and leaves a session that is listed and can be ended', async () => {
    const rest = await startRest();
    const { send, operator } = rest;
    const session = await signIn(rest, AS_OPERATOR);
    expect(session).toMatchObject({ tokenType: 'Bearer', needs: null, tenantId: null });
    expect(session.expiresAt).toBeLessThanOrEqual(rest.ports.clock.now() + 10 * 60_000);
    const credential = session.accessToken;
    const created = await send('POST', '/tenants', {
      credential,
      body: newTenant({ name: 'Globex', domain: 'globex.example' }),
    });
    expect(created.status).toBe(200);
    const { id } = (await created.json()) as { id: string };
    expect(await (await send('GET', `/tenants/${id}`, { credential })).json()).toMatchObject({
      domain: 'globex.example',
    });
    expect((await send('GET', '/installation/plans/list', { credential })).status).toBe(200);

    const current = await send('GET', '/sessions/current', { credential });
    expect(await current.json()).toMatchObject({
      role: 'operator',
      tenantId: null,
      person: { email: OPERATOR.email },
    });
    const sessions = await operator.installation.account.sessions({});
    const listed = sessions.find(({ source }) => source?.startsWith('address:'));
    await operator.installation.account.endSession({ id: listed?.id ?? '' });
    expect((await send('GET', '/tenants', { credential })).status).toBe(401);
  });

  it('lets a member do what their role does, tells their tenant, and takes no word of another', async () => {
    const rest = await startRest();
    const { send, tenant, operator } = rest;
    const { accessToken: credential, tenantId } = await signIn(rest, AT_TENANT);
    expect(tenantId).toBe(tenant);
    const users = await send('GET', `/tenants/${tenant}/users/list`, { credential });
    expect(await users.json()).toMatchObject([{ email: ADMINISTRATOR.email }]);
    expect((await send('GET', '/tenants', { credential })).status).toBe(401);
    const current = await send('GET', '/sessions/current', { credential });
    expect(await current.json()).toMatchObject({ role: 'tenant-admin', tenantId: tenant, needs: null });
    const { id } = await operator.installation.tenants.create(
      newTenant({ name: 'Globex', domain: 'globex.example' }),
    );
    expect((await send('GET', `/tenants/${id}/users/list`, { credential })).status).toBe(401);
  });

  it('gives new tokens once for a refresh token, and ends the session when it comes again', async () => {
    const rest = await startRest();
    const { send, tenant, member } = rest;
    const first = await signIn(rest, AT_TENANT);
    const refresh = (refreshToken: string) =>
      send('POST', '/sessions/refresh', { credential: null, body: { refreshToken } });
    const second = (await (await refresh(first.refreshToken)).json()) as typeof first;
    expect(second.refreshToken).not.toBe(first.refreshToken);
    const whoAmI = () => send('GET', '/sessions/current', { credential: second.accessToken });
    expect((await whoAmI()).status).toBe(200);
    expect(await codeOf(await refresh(first.refreshToken))).toBe('NOT_SIGNED_IN');
    expect((await whoAmI()).status).toBe(401);
    expect(await codeOf(await refresh(second.refreshToken))).toBe('NOT_SIGNED_IN');
    const { events } = await member.tenant.audit.events({ event: 'user.refresh-replayed' }, at(tenant));
    expect(events).toHaveLength(1);
    expect(await codeOf(await refresh('rsr_madeup'))).toBe('NOT_SIGNED_IN');
  });

  it('signs out', async () => {
    const rest = await startRest();
    const { accessToken: credential, refreshToken } = await signIn(rest, AT_TENANT);
    expect((await rest.send('DELETE', '/sessions/current', { credential })).status).toBe(200);
    expect((await rest.send('GET', '/sessions/current', { credential })).status).toBe(401);
    const renewed = await rest.send('POST', '/sessions/refresh', {
      credential: null,
      body: { refreshToken },
    });
    expect(renewed.status).toBe(401);
  });

  it('asks for a fresh proof where it is demanded', async () => {
    const clock = new TestClock();
    const rest = await startRest(undefined, 'professional', { clock });
    const { send, tenant } = rest;
    const { accessToken: credential } = await signIn(rest, AT_TENANT);
    clock.pass(6 * 60_000);
    const make = () =>
      send('POST', `/tenants/${tenant}/api-keys/create`, {
        credential,
        body: { name: 'Nightly', scopes: ['ai.query'], expiresInDays: 7 },
      });
    expect(await codeOf(await make())).toBe('STEP_UP_REQUIRED');
    const prove = (body: object) => send('POST', '/sessions/current/step-up', { credential, body });
    expect(await codeOf(await prove({ password: 'not it' }))).toBe('WRONG_CREDENTIALS');
    expect((await prove({ password: ADMINISTRATOR.password })).status).toBe(200);
    expect((await make()).status).toBe(200);
  });

  it('takes the second factor with the password or after it, and leaves nothing behind a wrong one', async () => {
    const clock = new TestClock();
    const rest = await startRest(undefined, 'professional', { clock });
    const { send, tenant, member } = rest;
    const { secret } = await member.tenant.account.beginSecondFactor({}, at(tenant));
    const app = createAuthenticator(secret, clock);
    await member.tenant.account.finishSecondFactor({ code: app.code() }, at(tenant));
    clock.pass(60_000);

    const waiting = await signIn(rest, AT_TENANT);
    expect(waiting.needs).toBe('second-factor');
    const credential = waiting.accessToken;
    expect(await codeOf(await send('GET', `/tenants/${tenant}/users/list`, { credential }))).toBe(
      'SIGN_IN_INCOMPLETE',
    );
    const given = await send('POST', '/sessions/current/second-factor', {
      credential,
      body: { code: app.code() },
    });
    expect(await given.json()).toEqual({ needs: null });
    expect((await send('GET', `/tenants/${tenant}/users/list`, { credential })).status).toBe(200);

    clock.pass(60_000);
    expect((await signIn(rest, { ...AT_TENANT, code: app.code() })).needs).toBeNull();
    const before = (await member.tenant.account.sessions({}, at(tenant))).length;
    const wrong = await send('POST', '/sessions', {
      credential: null,
      body: { ...AT_TENANT, code: '000000' },
    });
    expect(await codeOf(wrong)).toBe('WRONG_CREDENTIALS');
    expect(await member.tenant.account.sessions({}, at(tenant))).toHaveLength(before);
  });

  it('makes whoever guesses wait, and says for how long', async () => {
    const { send } = await startRest();
    const guess = () =>
      send('POST', '/sessions', { credential: null, body: { ...AT_TENANT, password: 'a guess' } });
    const codes: string[] = [];
    let last = await guess();
    for (let tries = 0; tries < 6 && last.status !== 429; tries += 1) {
      codes.push(await codeOf(last));
      last = await guess();
    }
    expect(codes.slice(0, 3)).toEqual(Array(3).fill('WRONG_CREDENTIALS'));
    expect(last.headers.get('retry-after')).toMatch(/^[1-9]/);
    expect(await codeOf(last)).toBe('TOO_MANY_TRIES');
  });

  it('hashes only so many passwords at once for one address', async () => {
    const letGo = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let waiting = 0;
    const hasher: PasswordHasher = {
      ...quickHasher,
      async verify(password, phc) {
        if (password !== 'a flood') return quickHasher.verify(password, phc);
        waiting += 1;
        if (waiting === 4) begun.resolve();
        await letGo.promise;
        return false;
      },
    };
    const { send } = await startRest(undefined, 'professional', { hasher });
    const flood = (name: string) => {
      const body = { ...AT_TENANT, email: `${name}@acme.example`, password: 'a flood' };
      return send('POST', '/sessions', { credential: null, body });
    };
    const first = ['one', 'two', 'three', 'four'].map(flood);
    await begun.promise;
    const refused = await flood('five');
    expect(await codeOf(refused)).toBe('TOO_BUSY');
    expect(refused.headers.get('retry-after')).toBe('2');
    letGo.resolve();
    for (const answer of await Promise.all(first)) expect(answer.status).toBe(401);
    expect((await send('POST', '/sessions', { credential: null, body: AT_TENANT })).status).toBe(200);
  });

  it('keeps API keys out of what is for people', async () => {
    const { send, tenant } = await startRest();
    expect((await send('GET', '/sessions/current')).status).toBe(401);
    expect((await send('DELETE', '/sessions/current')).status).toBe(401);
    expect(await codeOf(await send('GET', `/tenants/${tenant}/account/sessions`))).toBe('NOT_ALLOWED');
    expect((await send('GET', '/tenants')).status).toBe(401);
  });
});
