import { generateServiceProviderMetadata, SAML } from '@node-saml/node-saml';
import { decryptXml, getVerifiedXml, parseDomFromString, xpath } from '@node-saml/node-saml/lib/xml';
import {
  type SamlAssertion,
  SamlError,
  type SamlExpectation,
  type SamlIdentityProvider,
  type SamlRequest,
  type SamlService,
  type SamlServiceProvider,
  type SamlStep,
} from '../../engine/ports';
import { readAssertion, requireResponse } from './assertion';
import { createSamlKey } from './key';
import { readIdentityMetadata } from './metadata';
import { requireLoneAssertionShape, shapeOfResponse } from './shape';
import { readXml } from './xml';

/** Far above the largest response of a person in hundreds of groups. */
const MOST_BYTES = 256 * 1024;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * SAML with the signatures of node-saml between two readings of our own. The first one lets only documents through in
 * which there is no doubt what is signed; the second one reads nothing but the bytes that the signature covers.
 */
export function createSamlServiceProvider(): SamlServiceProvider {
  return {
    createKey: createSamlKey,
    readMetadata: readIdentityMetadata,

    metadataOf({ entityId, acsUrl, key }, signed) {
      return generateServiceProviderMetadata({
        issuer: entityId,
        callbackUrl: acsUrl,
        identifierFormat: null,
        wantAssertionsSigned: true,
        // The same file each time, so that a change in it means one.
        generateUniqueId: () => '_metadata',
        decryptionPvk: key.privateKey,
        decryptionCert: key.certificate,
        ...(signed && { privateKey: key.privateKey, publicCerts: key.certificate }),
      });
    },

    requestUrl({ provider, service, relayState, ...options }: SamlRequest) {
      const saml = library(provider, service, options);
      return saml.getAuthorizeUrlAsync(relayState, undefined, {});
    },

    read,
  };
}

async function read(
  response: string,
  expected: SamlExpectation,
  passed: (step: SamlStep) => void = () => undefined,
): Promise<SamlAssertion> {
  const came = decoded(response);
  const shape = shapeOfResponse(readXml(came));
  passed('answer');
  requireResponse(shape.root, shape.isResponseSigned, expected);
  passed('status');
  const { certificates } = expected.provider;
  let text = came;
  if (shape.isResponseSigned) {
    text = await signedPart(came, 'Response', certificates);
    shapeOfResponse(readXml(text));
  } else if (shape.needsResponseSignature) {
    throw new SamlError('decryption', 'AES-CBC holds only in a signed response. Sign it, or use AES-GCM.');
  }
  if (shape.encrypted) {
    text = await decrypted(text, expected.service);
    passed('decryption');
  } else if (!shape.assertion) throw new SamlError('answer', 'The response holds no assertion.');
  const signed = await signedPart(text, 'Assertion', certificates);
  passed('signature');
  const assertion = readAssertion(readXml(signed), expected);
  for (const step of ['addressee', 'validity', 'person'] as const) passed(step);
  return assertion;
}

/** @returns the XML of the posted field */
function decoded(response: string): string {
  const base64 = response.replace(/\s+/g, '');
  if (base64.length * 0.75 > MOST_BYTES || !BASE64.test(base64)) {
    throw new SamlError('answer', 'What came is not base64, or larger than any right response.');
  }
  try {
    const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    // XML 1.0 2.11: every end of a line is one line feed to what comes after.
    return utf8.decode(Buffer.from(base64, 'base64')).replace(/\r\n?/g, '\n');
  } catch (problem) {
    throw new SamlError('answer', 'What came is not text in UTF-8.', problem);
  }
}

/** The only element of the name, of a document whose shape was seen to. */
async function elementOf(text: string, local: string): Promise<Element> {
  const document = await parseDomFromString(text);
  const [element] = xpath.selectElements(document, `/descendant-or-self::*[local-name()='${local}']`);
  if (!element) throw new SamlError('answer', `There is no ${local} in what came.`);
  return element;
}

/**
 * The bytes that the signature within an element covers, and nothing beside them.
 * @throws SamlError `signature` when none of the certificates is that of the signer
 */
async function signedPart(text: string, local: string, certificates: readonly string[]): Promise<string> {
  const verified = await elementOf(text, local)
    .then((element) => getVerifiedXml(text, element, [...certificates]))
    .catch((problem: unknown) => refuseSignature(problem));
  return verified ?? refuseSignature();
}

function refuseSignature(cause?: unknown): never {
  throw new SamlError(
    'signature',
    'The signature is of none of the certificates that stand here, or what it covers was changed.',
    cause,
  );
}

/** Anybody can encrypt for this console: what is inside is held against the shape like what came. */
async function decrypted(text: string, { key }: SamlService): Promise<string> {
  const element = await elementOf(text, 'EncryptedAssertion');
  const opened = await decryptXml(element.toString(), key.privateKey).catch((problem: unknown) => {
    throw new SamlError('decryption', 'It is encrypted for another key than this console’s.', problem);
  });
  const inside = opened.replace(/\r\n?/g, '\n');
  requireLoneAssertionShape(readXml(inside));
  return inside;
}

function library(
  provider: SamlIdentityProvider,
  service: SamlService,
  options: Pick<SamlRequest, 'requestId' | 'nameIdFormat' | 'signed' | 'afresh'>,
): SAML {
  const { signed, nameIdFormat, requestId, afresh } = options;
  return new SAML({
    issuer: service.entityId,
    callbackUrl: service.acsUrl,
    entryPoint: provider.ssoUrl,
    idpCert: [...provider.certificates],
    identifierFormat: nameIdFormat,
    disableRequestedAuthnContext: true,
    forceAuthn: afresh,
    wantAssertionsSigned: true,
    decryptionPvk: service.key.privateKey,
    ...(signed && { privateKey: service.key.privateKey, signatureAlgorithm: 'sha256' as const }),
    generateUniqueId: () => requestId,
  });
}
