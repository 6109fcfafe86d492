import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSamlServiceProvider } from '../../../src/adapters/saml';
import type { LdapSettings, SamlService, SamlSettings, SsoProvider, SsoTrial } from '../../../src/contract';
import type { SamlKey } from '../../../src/engine/ports';
import { problemOf } from '../../support/engine/calls';
import { samlDraft } from '../../support/sso/saml';
import { openSsoWorld, type SsoWorld } from '../../support/sso/world';

/** RSA of 1024 bits. */
const SHORT = `-----BEGIN CERTIFICATE-----
MIIB/DCCAWWgAwIBAgIUbQuParZIvi+9PzfI81N4JHrjsJ8wDQYJKoZIhvcNAQEL
BQAwEDEOMAwGA1UEAwwFc2hvcnQwHhcNMjYxMTI0MTE1MzA5WhcNMzYxMTIxMTE1
MzA5WjAQMQ4wDAYDVQQDDAVzaG9ydDCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkC
gYEAqMVHuddoCJHNHr/KIXat2f04HYWn+7DwpnRBcra5UGJEIITYZW4hkHtX9S9U
1Ntm6jJPmFaRIVhVbhcGWdC00W1yp3J/PAaFFJc/OZtsYw3v62PyIVJDOvbQePie
K9JLaqusmT4wFYCBS/0L2YEobxl72jA25bITW8AWsDEzWZ8CAwEAAaNTMFEwHQYD
VR0OBBYEFPydypwAokm3ZHZjmYFrFAzP4wd9MB8GA1UdIwQYMBaAFPydypwAokm3
ZHZjmYFrFAzP4wd9MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADgYEA
KcAaaO59zla2u2UR1Tue8YMR4kROYFleZz6jrNd4h6kFTj4Aadf7jad7KPx9+Q72
xehLXCYigjFu4QsA84u80YRPkwY/oA9y2SwCrCFnFCiry7wQZfmAf3Shmsn4K9mh
lnhPy1rfdv5PckQpYFvafNyXAOYTv+qnw4rrEvqLyTE=
-----END CERTIFICATE-----
`;

const LDAP: LdapSettings = {
  kind: 'ldap',
  url: 'ldap://127.0.0.1:1',
  startTls: false,
  authorities: '',
  bindDn: '',
  peopleBase: 'dc=acme',
  peopleFilter: '(objectClass=person)',
  emailAttribute: 'mail',
  nameAttribute: 'cn',
  idAttribute: 'entryUUID',
  groupLookup: 'member-of',
  groupsBase: '',
  memberAttribute: 'member',
};

const cleanUp: (() => Promise<void>)[] = [];
const service = createSamlServiceProvider();
let world: SsoWorld;
let key: SamlKey;

beforeAll(async () => {
  world = await openSsoWorld((end) => cleanUp.push(end));
  key = await service.createKey('idp.acme.example', Date.now());
});
afterAll(async () => {
  for (const clean of cleanUp.reverse()) await clean();
});

const ask = <Output>(name: string, input: unknown): Promise<Output> =>
  world.ask<Output>(world.administrator, name, input);

describe('a SAML provider', () => {
  it('gets a key of this console that never leaves it, and addresses of its own', async () => {
    const provider = await ask<SsoProvider>('sso.add', { draft: samlDraft(key) });
    expect(provider).toMatchObject({ state: 'disabled', hasSecret: true });
    expect(JSON.stringify(provider)).not.toContain('PRIVATE');
    const shown = await ask<SamlService>('sso.service', { id: provider.id });
    expect(shown.acsUrl).toBe(`https://localhost:7443/sso/saml/${provider.id}/acs`);
    expect(shown.entityId).toBe(`https://localhost:7443/sso/saml/${provider.id}/metadata`);
    expect(new X509Certificate(shown.certificate).subject).toBe(`CN=riscura-${provider.id}`);
    expect(shown.metadata).toContain(shown.acsUrl);
    expect(shown.metadata).not.toContain('PRIVATE');
    const other = await ask<SsoProvider>('sso.add', { draft: samlDraft(key, { serviceEntityId: 'urn:us' }) });
    const theirs = await ask<SamlService>('sso.service', { id: other.id });
    expect(theirs.entityId).toBe('urn:us');
    expect(theirs.certificate).not.toBe(shown.certificate);
  });

  it('keeps its key when it is changed, and its kind', async () => {
    const { id, revision } = await ask<SsoProvider>('sso.add', { draft: samlDraft(key) });
    const before = await ask<SamlService>('sso.service', { id });
    const draft = samlDraft(key, { clockSkewSeconds: 0 });
    await ask('sso.update', { id, revision, draft });
    expect(await ask<SamlService>('sso.service', { id })).toEqual(before);
    const directory = { ...draft, settings: LDAP };
    expect(
      await problemOf(ask('sso.update', { id, revision: revision + 1, draft: directory })),
    ).toMatchObject({ code: 'BAD_INPUT', detail: { fields: [{ path: 'draft.settings.kind' }] } });
    expect(await problemOf(ask('sso.recheck', { id }))).toMatchObject({ code: 'CONFLICT' });
  });

  it.each<[string, Partial<SamlSettings>, string]>([
    ['an address without TLS', { ssoUrl: 'http://idp.acme.example/sso' }, 'draft.settings.ssoUrl'],
    ['an address that is a script', { ssoUrl: 'javascript:alert(1)' }, 'draft.settings.ssoUrl'],
    ['no certificate', { certificates: 'none' }, 'draft.settings.certificates'],
    [
      'itself as the provider',
      { serviceEntityId: 'https://idp.acme.example' },
      'draft.settings.serviceEntityId',
    ],
  ])('is not taken with %s', async (_what, changes, path) => {
    expect(await problemOf(ask('sso.add', { draft: samlDraft(key, changes) }))).toMatchObject({
      code: 'BAD_INPUT',
      detail: { fields: [{ path }] },
    });
  });

  it('takes no password, and no key that is too short', async () => {
    expect(await problemOf(ask('sso.add', { draft: { ...samlDraft(key), secret: 'x' } }))).toMatchObject({
      detail: { fields: [{ path: 'draft.secret' }] },
    });
    const draft = samlDraft({ ...key, certificate: SHORT });
    expect(await problemOf(ask('sso.add', { draft }))).toMatchObject({
      detail: { fields: [{ path: 'draft.settings.certificates' }] },
    });
  });

  it('is filled out of metadata, and says what is wrong with others', async () => {
    const us = service.metadataOf(
      { entityId: 'https://idp.acme.example', acsUrl: 'https://x.example', key },
      true,
    );
    expect(await problemOf(ask('sso.readMetadata', { xml: us }))).toMatchObject({
      code: 'BAD_INPUT',
      detail: { fields: [{ path: 'xml', problem: expect.stringContaining('identity provider') }] },
    });
  });

  it('is tried as far as it goes without a person', async () => {
    const trial = await ask<SsoTrial>('sso.test', { id: null, draft: samlDraft(key), person: null });
    expect(trial.steps[0]).toMatchObject({ step: 'certificates', outcome: 'passed' });
    expect(trial.steps.slice(1).every(({ outcome }) => outcome === 'skipped')).toBe(true);
    const old = await service.createKey('idp.acme.example', Date.now() - 11 * 366 * 86_400_000);
    const expired = await ask<SsoTrial>('sso.test', { id: null, draft: samlDraft(old), person: null });
    expect(expired.steps[0]).toMatchObject({ step: 'certificates', outcome: 'failed' });
  });
});
