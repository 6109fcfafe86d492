import { Agent, fetch } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { problemOf } from '../../support/engine/calls';
import { at, openTestWindow } from '../../support/engine/client';
import { ADMINISTRATOR, createTenant, newTenant, OPERATOR } from '../../support/engine/world';
import { openBrowser, startWeb } from '../../support/web';

const MEMBER = { email: ADMINISTRATOR.email, password: ADMINISTRATOR.password };
const INTERNAL = { kind: 'internal' } as const;
const NOBODY = { code: 'NOT_SIGNED_IN' };
const HOST = 'ai.acme.example';

/** Two tenants, of which the first has a host name of its own. */
async function startHosts() {
  const web = await startWeb();
  const { operator, settings, origin, pem } = web;
  const acme = await createTenant(operator);
  const other = await createTenant(operator, newTenant({ name: 'Borealis', domain: 'borealis.example' }));
  const host = await operator.installation.tenantHosts.set({
    name: HOST,
    tenantId: acme,
    certificate: INTERNAL,
  });
  const hostOrigin = `https://${HOST}:${settings.port}`;
  return {
    ...web,
    acme,
    other,
    host,
    hostOrigin,
    atHost: openBrowser(hostOrigin, host.certificate.pem),
    atMain: openBrowser(origin, pem),
  };
}

/** Reaches every name at this machine, and trusts this certificate alone. */
function trusting(ca: string): Agent {
  const dispatcher = new Agent({
    connect: {
      ca,
      lookup: (_name, { all }, done) =>
        all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
    },
  });
  onTestFinished(() => dispatcher.destroy());
  return dispatcher;
}

describe('a host name of a tenant', () => {
  it('shows a certificate of its own, and a page that knows its tenant', async () => {
    const { host, atHost, acme } = await startHosts();
    expect(host).toMatchObject({ name: HOST, tenant: { id: acme, name: 'Acme Corporation' } });
    const page = await (await atHost.send('/')).text();
    expect(page).toContain('<meta name="tenant-domain" content="acme.example" />');
    expect(page).toContain('<meta name="tenant-name" content="Acme Corporation" />');
  });

  it('lets the members of its tenant in, and nobody else', async () => {
    const { acme, other, atHost } = await startHosts();
    const { client } = atHost.openTab();
    await client.tenant.identity.signIn(MEMBER, at('acme.example'));
    expect(await client.tenant.identity.current({}, at(acme))).toMatchObject({
      user: { email: MEMBER.email },
    });
    for (const foreign of [other, 'borealis.example']) {
      expect(await problemOf(client.tenant.identity.signIn(MEMBER, at(foreign)))).toMatchObject({
        code: 'NOT_ALLOWED',
      });
    }
    const { email, password } = OPERATOR;
    expect(await problemOf(client.installation.operators.signIn({ email, password }))).toMatchObject({
      code: 'NOT_ALLOWED',
    });
    expect(await problemOf(client.installation.tenants.list({}))).toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await client.installation.status.read({})).toMatchObject({ state: 'ready' });
  });

  it('takes no cookie that was made under another name', async () => {
    const { acme, atHost, atMain } = await startHosts();
    const main = atMain.openTab();
    await main.client.tenant.identity.signIn(MEMBER, at(acme));
    const host = atHost.openTab();
    for (const [name, value] of main.jar) host.jar.set(name, value);
    expect(await problemOf(host.client.tenant.identity.current({}, at(acme)))).toMatchObject(NOBODY);
    await host.client.tenant.identity.signIn(MEMBER, at(acme));
    const stolen = atMain.openTab();
    for (const [name, value] of host.jar) stolen.jar.set(name, value);
    expect(await problemOf(stolen.client.tenant.identity.current({}, at(acme)))).toMatchObject(NOBODY);
  });

  it('takes the keys of its tenant alone, at the REST API and at OpenAI’s interface', async () => {
    const { operator, settings, engine, acme, other, host, hostOrigin } = await startHosts();
    await operator.installation.api.set({
      settings: { ...settings, enabled: true },
      certificate: { kind: 'kept' },
    });
    const keyOf = async (tenant: string) => {
      const { client } = openTestWindow(engine);
      await client.tenant.identity.signIn(MEMBER, at(tenant));
      const wishes = { name: 'Integration', scopes: ['ai.query' as const], expiresInDays: 30 };
      return (await client.tenant.apiKeys.create(wishes, at(tenant))).secret;
    };
    const [own, foreign] = [await keyOf(acme), await keyOf(other)];
    const dispatcher = trusting(host.certificate.pem);
    const status = async (path: string, key: string) => {
      const answer = await fetch(`${hostOrigin}${path}`, {
        dispatcher,
        headers: { authorization: `Bearer ${key}` },
      });
      await answer.text();
      return answer.status;
    };
    expect(await status('/v1/models', own)).toBe(200);
    expect(await status('/v1/models', foreign)).toBe(401);
    expect(await status(`/api/v1/tenants/${other}/configuration/models`, foreign)).toBe(403);
    expect(await status('/api/v1/tenants', own)).toBe(403);
  });

  it('renews no session of anybody else, and leaves its secret as it was', async () => {
    const { operator, settings, acme, other, host, hostOrigin, origin, pem } = await startHosts();
    await operator.installation.api.set({
      settings: { ...settings, enabled: true },
      certificate: { kind: 'kept' },
    });
    const [atHost, atMain] = [trusting(host.certificate.pem), trusting(pem)];
    const post = async (dispatcher: Agent, from: string, path: string, body: object) => {
      const answer = await fetch(`${from}/api/v1/sessions${path}`, {
        dispatcher,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, ...((await answer.json()) as { refreshToken: string }) };
    };
    const { email, password } = OPERATOR;
    for (const account of [
      { tenant: other, ...MEMBER },
      { email, password },
    ]) {
      const { refreshToken } = await post(atMain, origin, '', account);
      const refused = await post(atHost, hostOrigin, '/refresh', { refreshToken });
      expect(refused).toMatchObject({ status: 401, code: 'NOT_SIGNED_IN' });
      expect((await post(atMain, origin, '/refresh', { refreshToken })).status).toBe(200);
    }
    const { refreshToken } = await post(atHost, hostOrigin, '', { tenant: acme, ...MEMBER });
    expect((await post(atHost, hostOrigin, '/refresh', { refreshToken })).status).toBe(200);
  });

  it('is nobody’s when it was taken away, and then its certificate is not shown', async () => {
    const { operator, host, hostOrigin, acme } = await startHosts();
    await operator.installation.tenantHosts.remove({ name: HOST });
    expect(await operator.installation.tenantHosts.list({})).toEqual([]);
    const { send } = openBrowser(hostOrigin, host.certificate.pem);
    await expect(send('/')).rejects.toThrow();
    const { events } = await operator.installation.audit.events({ event: 'tenant-host.removed' });
    expect(events).toMatchObject([{ target: acme }]);
  });

  it('belongs to one tenant, and is not the console’s own', async () => {
    const { operator, settings, other } = await startHosts();
    const wishes = { tenantId: other, certificate: INTERNAL };
    expect(await problemOf(operator.installation.tenantHosts.set({ ...wishes, name: HOST }))).toMatchObject({
      code: 'CONFLICT',
    });
    const moved = { ...settings, name: 'console.site.example' };
    await operator.installation.api.set({ settings: moved, certificate: INTERNAL });
    const taken = operator.installation.tenantHosts.set({ ...wishes, name: 'console.site.example' });
    expect(await problemOf(taken)).toMatchObject({ code: 'CONFLICT' });
  });

  it('refuses a certificate that is for another name', async () => {
    const { operator, acme, host } = await startHosts();
    const wrong = operator.installation.tenantHosts.set({
      name: 'chat.acme.example',
      tenantId: acme,
      certificate: { kind: 'own', chain: host.certificate.pem, key: 'no key' },
    });
    expect(await problemOf(wrong)).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('is answered under no name that the certificate was not asked for', async () => {
    const { atHost, origin } = await startHosts();
    const { client } = atHost.openTab('0123456789abcdef', origin);
    expect(await problemOf(client.installation.status.read({}))).toMatchObject({ code: 'NOT_ALLOWED' });
  });
});
