import {
  type CipherGCM,
  constants,
  createCipheriv,
  createHash,
  createHmac,
  createSign,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { createSamlServiceProvider } from '../../../src/adapters/saml';
import type { SamlAssertion, SamlExpectation, SamlKey } from '../../../src/engine/ports';

/*
 * Makes SAML responses down to the byte, also those that no library would make. The texts are in the form of
 * exclusive canonicalization already, so that they are signed as they stand.
 */

export const NOW = Date.parse('2026-11-24T12:00:00Z');
export const IDP = 'https://idp.acme.example/saml';
export const SP = 'https://console.acme.example/sso/saml/p1/metadata';
export const ACS = 'https://console.acme.example/sso/saml/p1/acs';
export const REQUEST = '_request1';

const XMLENC = 'http://www.w3.org/2001/04/xmlenc#';
const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';

export const instant = (secondsFromNow: number): string =>
  new Date(NOW + secondsFromNow * 1_000).toISOString();

export interface AssertionParts {
  readonly id: string;
  readonly issuer: string;
  readonly nameId: string;
  readonly audience: string;
  readonly recipient: string;
  readonly inResponseTo: string | null;
  readonly notBefore: string;
  readonly notOnOrAfter: string;
  readonly confirmedUntil: string;
  readonly issued: string;
  readonly sessionUntil: string | null;
  readonly authenticated: string;
  readonly groups: readonly string[];
  /** XML within Conditions, besides the audience. */
  readonly conditions: string;
  /** XML at the end of the assertion. */
  readonly more: string;
}

export function assertionOf(changes: Partial<AssertionParts> = {}): string {
  const parts: AssertionParts = {
    id: '_assertion1',
    issuer: IDP,
    nameId: 'lea',
    audience: SP,
    recipient: ACS,
    inResponseTo: REQUEST,
    notBefore: instant(-60),
    notOnOrAfter: instant(300),
    confirmedUntil: instant(300),
    issued: instant(0),
    sessionUntil: null,
    authenticated: instant(0),
    groups: ['staff'],
    conditions: '',
    more: '',
    ...changes,
  };
  const answering = parts.inResponseTo === null ? '' : ` InResponseTo="${parts.inResponseTo}"`;
  const session = parts.sessionUntil === null ? '' : ` SessionNotOnOrAfter="${parts.sessionUntil}"`;
  return [
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${parts.id}" IssueInstant="${parts.issued}" Version="2.0">`,
    `<saml:Issuer>${parts.issuer}</saml:Issuer>`,
    '<saml:Subject>',
    `<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${parts.nameId}</saml:NameID>`,
    '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">',
    `<saml:SubjectConfirmationData${answering} NotOnOrAfter="${parts.confirmedUntil}" Recipient="${parts.recipient}"></saml:SubjectConfirmationData>`,
    '</saml:SubjectConfirmation></saml:Subject>',
    `<saml:Conditions NotBefore="${parts.notBefore}" NotOnOrAfter="${parts.notOnOrAfter}">`,
    `<saml:AudienceRestriction><saml:Audience>${parts.audience}</saml:Audience></saml:AudienceRestriction>`,
    `${parts.conditions}</saml:Conditions>`,
    `<saml:AuthnStatement AuthnInstant="${parts.authenticated}"${session}><saml:AuthnContext>`,
    '<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>',
    '</saml:AuthnContext></saml:AuthnStatement>',
    '<saml:AttributeStatement>',
    `<saml:Attribute Name="mail"><saml:AttributeValue>${parts.nameId}@acme.example</saml:AttributeValue></saml:Attribute>`,
    '<saml:Attribute Name="groups">',
    ...parts.groups.map((group) => `<saml:AttributeValue>${group}</saml:AttributeValue>`),
    `</saml:Attribute></saml:AttributeStatement>${parts.more}</saml:Assertion>`,
  ].join('');
}

export interface ResponseParts {
  readonly id: string;
  readonly destination: string | null;
  readonly inResponseTo: string | null;
  readonly status: string;
  readonly issuer: string;
  /** XML before the status. */
  readonly before: string;
}

/** A response around what is given. */
export function responseOf(content: string, changes: Partial<ResponseParts> = {}): string {
  const parts: ResponseParts = {
    id: '_response1',
    destination: ACS,
    inResponseTo: REQUEST,
    status: 'urn:oasis:names:tc:SAML:2.0:status:Success',
    issuer: IDP,
    before: '',
    ...changes,
  };
  const destination = parts.destination === null ? '' : ` Destination="${parts.destination}"`;
  const answering = parts.inResponseTo === null ? '' : ` InResponseTo="${parts.inResponseTo}"`;
  return [
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"${destination} ID="${parts.id}"${answering} IssueInstant="${instant(0)}" Version="2.0">`,
    `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${parts.issuer}</saml:Issuer>${parts.before}`,
    `<samlp:Status><samlp:StatusCode Value="${parts.status}"></samlp:StatusCode></samlp:Status>`,
    `${content}</samlp:Response>`,
  ].join('');
}

export interface SigningOptions {
  readonly signatureMethod: string;
  readonly digestMethod: string;
  readonly transforms: readonly string[];
  readonly canonicalization: string;
  /** XML in the signature after the value. */
  readonly keyInfo: string;
  /** Makes the value where it is not RSA with the key. */
  readonly sign: ((signedInfo: string) => string) | null;
}

const HASHES: Readonly<Record<string, string>> = {
  [`${XMLENC}sha256`]: 'sha256',
  [`${XMLENC}sha512`]: 'sha512',
  [`${DSIG}sha1`]: 'sha1',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': 'sha512',
  [`${DSIG}rsa-sha1`]: 'sha1',
};

/** The signature over an element that stands canonically, by its own ID. */
export function signatureOf(element: string, key: SamlKey, changes: Partial<SigningOptions> = {}): string {
  const options: SigningOptions = {
    signatureMethod: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digestMethod: `${XMLENC}sha256`,
    transforms: [`${DSIG}enveloped-signature`, EXCLUSIVE],
    canonicalization: EXCLUSIVE,
    keyInfo: '',
    sign: null,
    ...changes,
  };
  const id = /\bID="([^"]+)"/.exec(element)?.[1];
  const digest = createHash(HASHES[options.digestMethod] ?? 'sha256')
    .update(element)
    .digest('base64');
  const transforms = options.transforms
    .map((algorithm) => `<ds:Transform Algorithm="${algorithm}"></ds:Transform>`)
    .join('');
  const inner = [
    `<ds:CanonicalizationMethod Algorithm="${options.canonicalization}"></ds:CanonicalizationMethod>`,
    `<ds:SignatureMethod Algorithm="${options.signatureMethod}"></ds:SignatureMethod>`,
    `<ds:Reference URI="#${id}"><ds:Transforms>${transforms}</ds:Transforms>`,
    `<ds:DigestMethod Algorithm="${options.digestMethod}"></ds:DigestMethod>`,
    `<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference>`,
  ].join('');
  const canonical = `<ds:SignedInfo xmlns:ds="${DSIG}">${inner}</ds:SignedInfo>`;
  const value = options.sign
    ? options.sign(canonical)
    : createSign(HASHES[options.signatureMethod] ?? 'sha256')
        .update(canonical)
        .sign(key.privateKey, 'base64');
  return `<ds:Signature xmlns:ds="${DSIG}"><ds:SignedInfo>${inner}</ds:SignedInfo><ds:SignatureValue>${value}</ds:SignatureValue>${options.keyInfo}</ds:Signature>`;
}

/** HMAC with the provider's public certificate as the secret, which everybody knows. */
export function hmacWith(secret: string): (signedInfo: string) => string {
  return (signedInfo) => createHmac('sha1', secret).update(signedInfo).digest('base64');
}

const AFTER_ISSUER = /(<saml:Issuer[^>]*>[^<]*<\/saml:Issuer>)/;

/** The element with a signature at its place, after the issuer. */
export function withSignature(element: string, signature: string): string {
  return element.replace(AFTER_ISSUER, `$1${signature}`);
}

export function signed(element: string, key: SamlKey, changes: Partial<SigningOptions> = {}): string {
  return withSignature(element, signatureOf(element, key, changes));
}

/** As the browser posts it. */
export function posted(xml: string): string {
  return Buffer.from(xml).toString('base64');
}

/** A provider, another one, and this console, with keys of their own. */
export interface Forge {
  readonly idp: SamlKey;
  readonly stranger: SamlKey;
  readonly expected: SamlExpectation;
  /** What this console makes of it. */
  read(xml: string, changes?: Partial<SamlExpectation>): Promise<SamlAssertion>;
}

export async function openForge(): Promise<Forge> {
  const service = createSamlServiceProvider();
  const [idp, stranger, own] = await Promise.all([
    service.createKey('idp.acme.example', NOW),
    service.createKey('stranger.example', NOW),
    service.createKey('console.acme.example', NOW),
  ]);
  const expected: SamlExpectation = {
    provider: { entityId: IDP, ssoUrl: 'https://idp.acme.example/sso', certificates: [idp.certificate] },
    service: { entityId: SP, acsUrl: ACS, key: own },
    requestId: REQUEST,
    now: NOW,
    skewMs: 60_000,
    provenSince: null,
  };
  return {
    idp,
    stranger,
    expected,
    read: (xml, changes = {}) => service.read(posted(xml), { ...expected, ...changes }),
  };
}

export interface EncryptionOptions {
  readonly cipher: 'aes256-gcm' | 'aes128-cbc';
  readonly transport: 'rsa-oaep-mgf1p' | 'rsa-1_5';
}

/** An EncryptedAssertion that the holder of the certificate's key can open (xmlenc-core1). */
export function encrypted(
  content: string,
  certificate: string,
  changes: Partial<EncryptionOptions> = {},
): string {
  const { cipher, transport } = { cipher: 'aes256-gcm', transport: 'rsa-oaep-mgf1p', ...changes } as const;
  const isGcm = cipher === 'aes256-gcm';
  const key = randomBytes(isGcm ? 32 : 16);
  const iv = randomBytes(isGcm ? 12 : 16);
  const sealing = createCipheriv(isGcm ? 'aes-256-gcm' : 'aes-128-cbc', key, iv);
  const sealed = Buffer.concat([iv, sealing.update(content), sealing.final()]);
  const whole = isGcm ? Buffer.concat([sealed, (sealing as CipherGCM).getAuthTag()]) : sealed;
  const padding = transport === 'rsa-1_5' ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = publicEncrypt({ key: certificate, padding, oaepHash: 'sha1' }, key);
  const algorithm = isGcm ? 'http://www.w3.org/2009/xmlenc11#aes256-gcm' : `${XMLENC}${cipher}`;
  return [
    '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">',
    `<xenc:EncryptedData xmlns:xenc="${XMLENC}" Type="${XMLENC}Element">`,
    `<xenc:EncryptionMethod Algorithm="${algorithm}"></xenc:EncryptionMethod>`,
    `<ds:KeyInfo xmlns:ds="${DSIG}"><xenc:EncryptedKey>`,
    `<xenc:EncryptionMethod Algorithm="${XMLENC}${transport}"></xenc:EncryptionMethod>`,
    `<xenc:CipherData><xenc:CipherValue>${wrapped.toString('base64')}</xenc:CipherValue></xenc:CipherData>`,
    '</xenc:EncryptedKey></ds:KeyInfo>',
    `<xenc:CipherData><xenc:CipherValue>${whole.toString('base64')}</xenc:CipherValue></xenc:CipherData>`,
    '</xenc:EncryptedData></saml:EncryptedAssertion>',
  ].join('');
}
