import { beforeAll, describe, expect, it } from 'vitest';
import { naiveName } from '../../../support/sso/naiveSaml';
import {
  assertionOf,
  type Forge,
  hmacWith,
  openForge,
  responseOf,
  type SigningOptions,
  signed,
} from '../../../support/sso/samlForge';

/* Algorithms that are broken, that confuse a public key with a secret, or that change what is covered. */

let forge: Forge;

beforeAll(async () => {
  forge = await openForge();
});

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const ENVELOPED = `${DSIG}enveloped-signature`;
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';

describe('a signature', () => {
  it.each<[string, Partial<SigningOptions>]>([
    ['RSA with SHA-1', { signatureMethod: `${DSIG}rsa-sha1` }],
    ['a digest by SHA-1', { digestMethod: `${DSIG}sha1` }],
  ])('with %s is refused, though it is the provider’s', async (_what, options) => {
    const xml = responseOf(signed(assertionOf(), forge.idp, options));
    // The library underneath takes it.
    expect(await naiveName(xml, forge.idp.certificate, "//*[local-name()='NameID']")).toBe('lea');
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'signature' });
  });

  it.each<[string, (forge: Forge) => Partial<SigningOptions>]>([
    [
      'an HMAC under the provider’s certificate, which is no secret',
      ({ idp }) => ({ signatureMethod: `${DSIG}hmac-sha1`, sign: hmacWith(idp.certificate) }),
    ],
    ['an algorithm that nobody knows', () => ({ signatureMethod: 'urn:none' })],
    ['no transform at all', () => ({ transforms: [] })],
    ['only the enveloped transform', () => ({ transforms: [ENVELOPED] })],
    [
      'an XPath transform',
      () => ({ transforms: [ENVELOPED, 'http://www.w3.org/TR/1999/REC-xpath-19991116'] }),
    ],
    ['an XSLT transform', () => ({ transforms: ['http://www.w3.org/TR/1999/REC-xslt-19991116', EXCLUSIVE] })],
    ['three transforms', () => ({ transforms: [ENVELOPED, EXCLUSIVE, EXCLUSIVE] })],
    ['canonicalization with comments', () => ({ transforms: [ENVELOPED, `${EXCLUSIVE}WithComments`] })],
    [
      'another canonicalization',
      () => ({ canonicalization: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315' }),
    ],
  ])('with %s is refused', async (_what, options) => {
    const xml = responseOf(signed(assertionOf({ nameId: 'boss' }), forge.idp, options(forge)));
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'signature' });
  });

  it('with RSA and SHA-512 is taken', async () => {
    const xml = responseOf(
      signed(assertionOf(), forge.idp, {
        signatureMethod: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
        digestMethod: 'http://www.w3.org/2001/04/xmlenc#sha512',
      }),
    );
    expect(await forge.read(xml)).toMatchObject({ nameId: 'lea' });
  });
});
