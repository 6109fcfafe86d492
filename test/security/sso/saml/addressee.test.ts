import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AssertionParts,
  assertionOf,
  type Forge,
  openForge,
  type ResponseParts,
  responseOf,
  signed,
} from '../../../support/sso/samlForge';

/* Right signatures on what was meant for somebody else, or answers something else. */

let forge: Forge;

beforeAll(async () => {
  forge = await openForge();
});

const OTHER = 'https://other.example/sso/saml/p1/acs';

describe('an assertion for somebody else', () => {
  it.each<[string, Partial<AssertionParts>, Partial<ResponseParts>]>([
    ['has another audience', { audience: 'https://other.example' }, {}],
    ['has an audience that begins alike', { audience: 'https://console.acme.example/sso/saml/p1' }, {}],
    ['has another recipient', { recipient: OTHER }, {}],
    ['has another destination', {}, { destination: OTHER }],
    ['is of another provider', { issuer: 'https://idp.other.example' }, {}],
    ['comes in a response of another provider', {}, { issuer: 'https://idp.other.example' }],
    ['answers another request', { inResponseTo: '_request2' }, {}],
    ['answers another request, in a response that answers this one', { inResponseTo: '_request2' }, {}],
    ['comes in a response that answers another request', {}, { inResponseTo: '_request2' }],
    ['answers no request', { inResponseTo: null }, { inResponseTo: null }],
    ['answers no request, in a response that does', { inResponseTo: null }, {}],
    [
      'holds under a condition that nobody here knows',
      { conditions: '<saml:Condition xmlns:xsi="urn:x" xsi:type="x"></saml:Condition>' },
      {},
    ],
    [
      'is for two audiences at once, one of them another',
      {
        conditions:
          '<saml:AudienceRestriction><saml:Audience>https://other.example</saml:Audience></saml:AudienceRestriction>',
      },
      {},
    ],
  ])('is refused when it %s', async (_how, assertion, response) => {
    const xml = responseOf(signed(assertionOf(assertion), forge.idp), response);
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'addressee' });
  });

  it('is refused without a destination where the response is signed', async () => {
    const xml = responseOf(signed(assertionOf(), forge.idp), { destination: null });
    expect(await forge.read(xml)).toBeTruthy();
    await expect(forge.read(signed(xml, forge.idp))).rejects.toMatchObject({ step: 'addressee' });
  });

  it('is refused without any audience, and without a confirmation', async () => {
    const open = assertionOf().replace(/<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/, '');
    await expect(forge.read(responseOf(signed(open, forge.idp)))).rejects.toMatchObject({
      step: 'addressee',
    });
    const bare = assertionOf().replace(/<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>/, '');
    await expect(forge.read(responseOf(signed(bare, forge.idp)))).rejects.toMatchObject({
      step: 'addressee',
    });
    const held = assertionOf().replace('cm:bearer', 'cm:holder-of-key');
    await expect(forge.read(responseOf(signed(held, forge.idp)))).rejects.toMatchObject({
      step: 'addressee',
    });
  });
});
