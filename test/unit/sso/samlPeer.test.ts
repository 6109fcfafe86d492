import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSamlServiceProvider } from '../../../src/adapters/saml';
import type { SamlIdentityProvider, SamlService } from '../../../src/engine/ports';
import { createAuthority } from '../../support/sso/authority';
import { type SamlIdp, startSamlIdp } from '../../support/sso/samlIdp';

/* A provider made with samlify: metadata, signed request and answer both ways. */

const cleanUp: (() => Promise<void>)[] = [];
const ours = createSamlServiceProvider();
let idp: SamlIdp;
let provider: SamlIdentityProvider;
let service: SamlService;

beforeAll(async () => {
  const [key, own, authority] = await Promise.all([
    ours.createKey('idp', Date.now()),
    ours.createKey('sp', Date.now()),
    createAuthority(),
  ]);
  idp = await startSamlIdp(key, authority, (end) => cleanUp.push(end));
  provider = ours.readMetadata(idp.metadata);
  service = { entityId: 'https://sp.example/metadata', acsUrl: 'https://sp.example/acs', key: own };
  idp.register(ours.metadataOf(service, true));
});
afterAll(async () => {
  for (const clean of cleanUp.reverse()) await clean();
});

async function signOn(requestId: string) {
  const url = await ours.requestUrl({
    provider,
    service,
    requestId,
    relayState: 'state1',
    nameIdFormat: null,
    signed: true,
    afresh: false,
  });
  const { SAMLResponse, RelayState } = await idp.answer(new URL(url).search.slice(1));
  expect(RelayState).toBe('state1');
  return ours.read(SAMLResponse, {
    provider,
    service,
    requestId,
    now: Date.now(),
    skewMs: 1_000,
    provenSince: null,
  });
}

describe('a provider made with another library', () => {
  it('has metadata that are read', () => {
    expect(provider).toMatchObject({ entityId: idp.entityId });
    expect(provider.certificates).toEqual([idp.key.certificate]);
  });

  it.each([
    ['with a signed assertion', false, false],
    ['with a signed response around it', false, true],
    ['with an encrypted assertion', true, false],
    ['with an encrypted assertion in a signed response', true, true],
  ])('vouches for somebody %s', async (_how, encrypts, signsResponse) => {
    Object.assign(idp.manner, { encrypts, signsResponse });
    const assertion = await signOn(`_request-${encrypts}-${signsResponse}`);
    expect(assertion.nameId).toBe('id-of-lea');
    expect(assertion.attributes.get('groups')).toEqual(['staff']);
  });

  it('refuses a request that somebody else signed', async () => {
    const stranger = await ours.createKey('sp', Date.now());
    const url = await ours.requestUrl({
      provider,
      service: { ...service, key: stranger },
      requestId: '_r2',
      relayState: 'x',
      nameIdFormat: null,
      signed: true,
      afresh: false,
    });
    await expect(idp.answer(new URL(url).search.slice(1))).rejects.toThrow();
  });
});
