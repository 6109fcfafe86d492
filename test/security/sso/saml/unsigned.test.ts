import { beforeAll, describe, expect, it } from 'vitest';
import {
  assertionOf,
  type Forge,
  openForge,
  responseOf,
  signatureOf,
  signed,
  withSignature,
} from '../../../support/sso/samlForge';

/* What is not signed by the provider says nothing, whatever stands around it. */

let forge: Forge;

beforeAll(async () => {
  forge = await openForge();
});

const boss = () => assertionOf({ nameId: 'boss' });

describe('an assertion that nobody signed', () => {
  it.each<[string, (forge: Forge) => string]>([
    ['stands alone', () => responseOf(boss())],
    ['stands in a signed response', ({ idp }) => signed(responseOf(boss()), idp)],
    [
      'has an empty signature',
      () =>
        responseOf(withSignature(boss(), '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>')),
    ],
    [
      'has a signature without a reference',
      ({ idp }) =>
        responseOf(
          withSignature(boss(), signatureOf(boss(), idp).replace(/<ds:Reference.*<\/ds:Reference>/, '')),
        ),
    ],
    [
      'has a signature with an empty value',
      ({ idp }) =>
        responseOf(
          withSignature(boss(), signatureOf(boss(), idp).replace(/(<ds:SignatureValue>)[^<]*/, '$1')),
        ),
    ],
    [
      'has a reference to the whole document',
      ({ idp }) =>
        responseOf(withSignature(boss(), signatureOf(boss(), idp).replace(/URI="[^"]*"/, 'URI=""'))),
    ],
    ['has somebody else’s signature', ({ stranger }) => responseOf(signed(boss(), stranger))],
    [
      'has the signature of another assertion',
      ({ idp }) => responseOf(withSignature(boss(), signatureOf(assertionOf(), idp))),
    ],
    [
      'was changed after it was signed',
      ({ idp }) => responseOf(signed(assertionOf(), idp).replaceAll('lea', 'boss')),
    ],
  ])('is refused when it %s', async (_how, make) => {
    await expect(forge.read(make(forge))).rejects.toMatchObject({ step: 'signature' });
  });

  it('is refused when the response’s own signature is broken, though the assertion’s holds', async () => {
    const xml = signed(responseOf(signed(assertionOf(), forge.idp)), forge.stranger);
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'signature' });
  });

  it('is taken when it is signed by the provider: the tests above fail for their own reason', async () => {
    expect(await forge.read(responseOf(signed(boss(), forge.idp)))).toMatchObject({ nameId: 'boss' });
  });
});
