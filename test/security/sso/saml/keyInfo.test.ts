import { parseDomFromString, xpath } from '@node-saml/node-saml/lib/xml';
import { beforeAll, describe, expect, it } from 'vitest';
import { SignedXml } from 'xml-crypto';
import { assertionOf, type Forge, openForge, responseOf, signed } from '../../../support/sso/samlForge';

/* A signature that brings the certificate to check it by along. */

let forge: Forge;

beforeAll(async () => {
  forge = await openForge();
});

function keyInfo(certificate: string): string {
  const base64 = certificate.replace(/-----[^-]+-----|\s/g, '');
  return `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`;
}

describe('a certificate that comes with the signature', () => {
  it('is not believed: a stranger’s signature with the stranger’s certificate', async () => {
    const info = keyInfo(forge.stranger.certificate);
    const xml = responseOf(signed(assertionOf({ nameId: 'boss' }), forge.stranger, { keyInfo: info }));
    const document = await parseDomFromString(xml);
    const [signature] = xpath.selectElements(document, "//*[local-name()='Signature']");
    const believing = new SignedXml({ getCertFromKeyInfo: SignedXml.getCertFromKeyInfo });
    believing.loadSignature(signature as Node);
    expect(believing.checkSignature(xml)).toBe(true);
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'signature' });
  });

  it('does not help: a stranger’s signature with the provider’s certificate', async () => {
    const info = keyInfo(forge.idp.certificate);
    const xml = responseOf(signed(assertionOf({ nameId: 'boss' }), forge.stranger, { keyInfo: info }));
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'signature' });
  });

  it('does no harm: the provider’s signature with a stranger’s certificate', async () => {
    const info = keyInfo(forge.stranger.certificate);
    const xml = responseOf(signed(assertionOf(), forge.idp, { keyInfo: info }));
    expect(await forge.read(xml)).toMatchObject({ nameId: 'lea' });
  });
});
