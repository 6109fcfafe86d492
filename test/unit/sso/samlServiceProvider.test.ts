import { X509Certificate } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSamlServiceProvider } from '../../../src/adapters/saml';
import {
  ACS,
  assertionOf,
  type Forge,
  IDP,
  instant,
  NOW,
  openForge,
  REQUEST,
  responseOf,
  SP,
  signed,
} from '../../support/sso/samlForge';

const service = createSamlServiceProvider();
let forge: Forge;

beforeAll(async () => {
  forge = await openForge();
});

describe('an answer', () => {
  it('is read with its name, attributes and end of session', async () => {
    const xml = responseOf(
      signed(assertionOf({ groups: ['staff', 'admins'], sessionUntil: instant(900) }), forge.idp),
    );
    expect(await forge.read(xml)).toEqual({
      nameId: 'lea',
      nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      attributes: new Map([
        ['mail', ['lea@acme.example']],
        ['groups', ['staff', 'admins']],
      ]),
      sessionUntil: NOW + 900_000,
    });
  });

  it('may be signed as a whole too', async () => {
    const xml = signed(responseOf(signed(assertionOf(), forge.idp)), forge.idp);
    expect(await forge.read(xml)).toMatchObject({ nameId: 'lea' });
  });

  it('holds by any of the provider’s certificates, so that a new one comes before the old one goes', async () => {
    const xml = responseOf(signed(assertionOf(), forge.stranger));
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'signature' });
    const provider = {
      ...forge.expected.provider,
      certificates: [forge.idp.certificate, forge.stranger.certificate],
    };
    expect(await forge.read(xml, { provider })).toMatchObject({ nameId: 'lea' });
  });

  it('is read with the ends of lines of any system', async () => {
    const xml = responseOf(signed(assertionOf(), forge.idp)).replaceAll('><', '>\r\n<');
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'signature' });
    const loose = responseOf(`\r\n  ${signed(assertionOf(), forge.idp)}\r\n`);
    expect(await forge.read(`<?xml version="1.0" encoding="UTF-8"?>\r\n${loose}`)).toBeTruthy();
  });

  it('tells the status of a provider that let nobody in', async () => {
    const xml = responseOf('', { status: 'urn:oasis:names:tc:SAML:2.0:status:Responder' });
    await expect(forge.read(xml)).rejects.toMatchObject({
      step: 'status',
      words: expect.stringContaining('Responder'),
    });
  });
});

describe('a request', () => {
  const ask = (isSigned: boolean) =>
    service.requestUrl({
      provider: forge.expected.provider,
      service: forge.expected.service,
      requestId: REQUEST,
      relayState: 'state1',
      nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      signed: isSigned,
      afresh: isSigned,
    });

  it('names this console, where to answer and its own id', async () => {
    const url = new URL(await ask(false));
    expect(url.origin + url.pathname).toBe('https://idp.acme.example/sso');
    expect(url.searchParams.get('RelayState')).toBe('state1');
    expect(url.searchParams.get('Signature')).toBeNull();
    const xml = inflateRawSync(Buffer.from(url.searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
    expect(xml).not.toContain('ForceAuthn');
    for (const part of [`ID="${REQUEST}"`, `AssertionConsumerServiceURL="${ACS}"`, SP, 'format:persistent']) {
      expect(xml).toContain(part);
    }
  });

  it('is signed with SHA-256 and asks for a proof anew where it is wanted', async () => {
    const url = new URL(await ask(true));
    const xml = inflateRawSync(Buffer.from(url.searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
    expect(xml).toContain('ForceAuthn="true"');
    expect(url.searchParams.get('SigAlg')).toMatch(/rsa-sha256$/);
    const [query = ''] = url.search.slice(1).split('&Signature=');
    const { createVerify } = await import('node:crypto');
    const isRight = createVerify('sha256')
      .update(query)
      .verify(forge.expected.service.key.certificate, url.searchParams.get('Signature') ?? '', 'base64');
    expect(isRight).toBe(true);
  });
});

describe('metadata', () => {
  it('of this console say that assertions are to be signed, and hold its certificate', () => {
    const xml = service.metadataOf(forge.expected.service, true);
    expect(xml).toContain(`entityID="${SP}"`);
    expect(xml).toContain(`Location="${ACS}"`);
    expect(xml).toMatch(/WantAssertionsSigned="true"/);
    expect(xml).toMatch(/AuthnRequestsSigned="true"/);
    expect(xml).not.toContain('PRIVATE');
  });

  const descriptor = (id: string, certificate: string) =>
    `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${id}"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.acme.example/sso"/></IDPSSODescriptor></EntityDescriptor>`;
  const base64 = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');

  it('of a provider are read, comments and all', () => {
    const xml = `<?xml version="1.0"?>\n<!-- of the house -->\n${descriptor(IDP, base64(forge.idp.certificate))}`;
    const read = service.readMetadata(xml);
    expect(read).toMatchObject({ entityId: IDP, ssoUrl: 'https://idp.acme.example/sso' });
    expect(read.certificates.map((pem) => new X509Certificate(pem).subject)).toEqual(['CN=idp.acme.example']);
  });

  it.each([
    ['nothing', ''],
    ['a page', '<html><body>Sign in</body></html>'],
    ['a document type', `<!DOCTYPE x [<!ENTITY a "b">]>${descriptor(IDP, 'x')}`],
    ['a certificate that is none', descriptor(IDP, 'AAAA')],
    ['several providers', `<x>${descriptor(IDP, 'AAAA')}${descriptor('other', 'AAAA')}</x>`],
  ])('are refused when they are %s', (_what, xml) => {
    expect(() => service.readMetadata(xml)).toThrow(expect.objectContaining({ step: 'answer' }));
  });
});

describe('the key of this console', () => {
  it('has a certificate that it signed itself', () => {
    const certificate = new X509Certificate(forge.idp.certificate);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(3072);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(NOW);
  });
});
