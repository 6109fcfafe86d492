import { SamlError, type SamlStep } from '../../engine/ports';
import { everyElement, type XmlElement } from './xml';

/** The namespaces of SAML 2.0, XML Signature and XML Encryption. */
export const NAMESPACE = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  encryption: 'http://www.w3.org/2001/04/xmlenc#',
} as const;

const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = `${NAMESPACE.signature}enveloped-signature`;
const SIGNATURE_METHODS = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
]);
const DIGEST_METHODS = new Set([`${NAMESPACE.encryption}sha256`, `${NAMESPACE.encryption}sha512`]);
const KEY_TRANSPORT = `${NAMESPACE.encryption}rsa-oaep-mgf1p`;
/** Ciphers that notice when somebody changed what they enclose. */
const AUTHENTIC_CIPHERS = new Set([
  'http://www.w3.org/2009/xmlenc11#aes128-gcm',
  'http://www.w3.org/2009/xmlenc11#aes256-gcm',
]);
/** Those that do not: they hold only under a signature of the whole response. */
const PLAIN_CIPHERS = new Set([`${NAMESPACE.encryption}aes128-cbc`, `${NAMESPACE.encryption}aes256-cbc`]);
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

type Space = keyof typeof NAMESPACE;

function refuse(step: SamlStep, words: string): never {
  throw new SamlError(step, words);
}

export function is(element: XmlElement, space: Space, local: string): boolean {
  return element.namespace === NAMESPACE[space] && element.local === local;
}

export function childrenOf(parent: XmlElement, space: Space, local: string): XmlElement[] {
  return parent.children.filter((child) => is(child, space, local));
}

/** The only child of the name, `null` when there is none. @throws SamlError `answer` when there are several */
export function childOf(parent: XmlElement, space: Space, local: string): XmlElement | null {
  const [first, second] = childrenOf(parent, space, local);
  if (second) refuse('answer', `${parent.local} holds ${local} more than once.`);
  return first ?? null;
}

/** Whether the only elements below are of these names in this order, each once; a `?` marks what may be missing. */
function holdsExactly(parent: XmlElement, space: Space, names: readonly string[]): boolean {
  let at = 0;
  for (const name of names) {
    const local = name.replace('?', '');
    const next = parent.children[at];
    if (next && is(next, space, local)) at += 1;
    else if (!name.endsWith('?')) return false;
  }
  return at === parent.children.length;
}

/** What is sealed within a response, before anything of it is believed. */
export interface ResponseShape {
  readonly root: XmlElement;
  readonly assertion: XmlElement | null;
  readonly encrypted: XmlElement | null;
  readonly isResponseSigned: boolean;
  /** Whether the cipher needs a signature around it. */
  readonly needsResponseSignature: boolean;
}

/**
 * Holds a response against the one shape in which there is no doubt what a signature covers: one assertion, at its
 * place; signatures nowhere but directly in what they cover, with one reference to it.
 * @see Somorovsky et al., On Breaking SAML: Be Whoever You Want to Be (2012), whose attacks all need another shape
 * @throws SamlError `answer` or `signature`
 */
export function shapeOfResponse(root: XmlElement): ResponseShape {
  if (!is(root, 'protocol', 'Response')) refuse('answer', 'What came is not a SAML response.');
  if (root.attributes.get('Version') !== '2.0') refuse('answer', 'The response is not of SAML 2.0.');
  if (!hasResponseOrder(root)) {
    refuse('answer', 'The response holds elements at places where none of the kind belongs.');
  }
  const assertion = childOf(root, 'assertion', 'Assertion');
  const encrypted = childOf(root, 'assertion', 'EncryptedAssertion');
  if (assertion && encrypted)
    refuse('answer', 'The response holds an assertion twice, in the clear and encrypted.');
  requireNoOthers(root, assertion, encrypted);
  requireUniqueIds(root);
  const signature = childOf(root, 'signature', 'Signature');
  if (signature) requireSignatureShape(signature, root);
  if (assertion) requireAssertionShape(assertion);
  const needsResponseSignature = encrypted ? requireEncryptionShape(encrypted) : false;
  return { root, assertion, encrypted, isResponseSigned: signature !== null, needsResponseSignature };
}

/** saml-schema-protocol-2.0: StatusResponseType, then what a Response adds. */
function hasResponseOrder({ children }: XmlElement): boolean {
  const order = [
    ['assertion', 'Issuer'],
    ['signature', 'Signature'],
    ['protocol', 'Extensions'],
    ['protocol', 'Status'],
    ['assertion', 'Assertion'],
    ['assertion', 'EncryptedAssertion'],
  ] as const;
  let at = 0;
  for (const child of children) {
    const found = order.findIndex(([space, local], index) => index >= at && is(child, space, local));
    if (found < 0) return false;
    at = found + 1;
  }
  return true;
}

/** @throws SamlError when an assertion, a response or a signature stands anywhere else, in whatever namespace */
function requireNoOthers(root: XmlElement, assertion: XmlElement | null, encrypted: XmlElement | null): void {
  const expected = new Set([root, assertion, encrypted]);
  const holders = new Set([root, assertion]);
  const atTheirPlace = new Set<XmlElement>();
  for (const holder of holders) {
    for (const child of holder ? childrenOf(holder, 'signature', 'Signature') : []) atTheirPlace.add(child);
  }
  for (const element of everyElement(root)) {
    const { local } = element;
    if (['Response', 'Assertion', 'EncryptedAssertion'].includes(local) && !expected.has(element)) {
      refuse('signature', 'There is more than one response or assertion in what came.');
    }
    if (local === 'Signature' && !atTheirPlace.has(element)) {
      refuse('signature', 'There is a signature at a place where it does not cover what is around it.');
    }
  }
}

/** Any attribute that some reader takes for an ID counts, so that nobody finds another element by it. */
function requireUniqueIds(root: XmlElement): void {
  const seen = new Set<string>();
  for (const { attributes } of everyElement(root)) {
    for (const [name, value] of attributes) {
      if (name.replace(/^\{.*\}/, '').toLowerCase() !== 'id') continue;
      if (seen.has(value)) refuse('signature', 'Two elements have the same ID.');
      seen.add(value);
    }
  }
}

/** @throws SamlError when it is not signed in the one way that is taken */
export function requireAssertionShape(assertion: XmlElement): void {
  if (!is(assertion, 'assertion', 'Assertion') || assertion.attributes.get('Version') !== '2.0') {
    refuse('answer', 'What came is not an assertion of SAML 2.0.');
  }
  const signature = childOf(assertion, 'signature', 'Signature');
  if (!signature) refuse('signature', 'The assertion is not signed. Have the provider sign assertions.');
  requireSignatureShape(signature, assertion);
}

/** A decrypted assertion, which nothing has looked into before. @throws SamlError */
export function requireLoneAssertionShape(assertion: XmlElement): void {
  requireAssertionShape(assertion);
  requireNoOthers(assertion, assertion, null);
  requireUniqueIds(assertion);
}

function requireSignatureShape(signature: XmlElement, parent: XmlElement): void {
  const id = parent.attributes.get('ID');
  if (!id || !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(id)) refuse('signature', `${parent.local} has no right ID.`);
  if (!holdsExactly(signature, 'signature', ['SignedInfo', 'SignatureValue', 'KeyInfo?'])) {
    refuse('signature', 'A signature holds other elements than SignedInfo, SignatureValue and KeyInfo.');
  }
  const [signedInfo, value] = signature.children;
  if (!signedInfo || !value || !isBase64(value)) refuse('signature', 'A signature has no right value.');
  if (!holdsExactly(signedInfo, 'signature', ['CanonicalizationMethod', 'SignatureMethod', 'Reference'])) {
    refuse('signature', 'A signature is not over exactly one reference.');
  }
  const [canonicalization, method, reference] = signedInfo.children;
  if (!canonicalization || !isExclusive(canonicalization)) refuse('signature', CANONICAL_WORDS);
  if (!method || !SIGNATURE_METHODS.has(algorithmOf(method)) || method.children.length > 0) {
    refuse('signature', 'It is signed with an algorithm that is not taken. RSA with SHA-256 or SHA-512 is.');
  }
  requireReference(reference, id);
}

const CANONICAL_WORDS =
  'A signature uses other transforms than the enveloped one and exclusive canonicalization.';

function requireReference(reference: XmlElement | undefined, id: string): void {
  if (!reference || !holdsExactly(reference, 'signature', ['Transforms', 'DigestMethod', 'DigestValue'])) {
    refuse('signature', 'The reference of a signature is not well formed.');
  }
  if (reference.attributes.get('URI') !== `#${id}`) {
    refuse('signature', 'A signature refers to something else than what it stands in.');
  }
  const [transforms, digestMethod, digestValue] = reference.children;
  const [enveloped, exclusive] = transforms?.children ?? [];
  const isRight =
    transforms?.children.length === 2 &&
    enveloped !== undefined &&
    is(enveloped, 'signature', 'Transform') &&
    algorithmOf(enveloped) === ENVELOPED &&
    enveloped.children.length === 0 &&
    exclusive !== undefined &&
    is(exclusive, 'signature', 'Transform') &&
    isExclusive(exclusive);
  if (!isRight) refuse('signature', CANONICAL_WORDS);
  if (!digestMethod || !DIGEST_METHODS.has(algorithmOf(digestMethod)) || digestMethod.children.length > 0) {
    refuse('signature', 'The digest is made with an algorithm that is not taken. SHA-256 or SHA-512 is.');
  }
  if (!digestValue || !isBase64(digestValue)) refuse('signature', 'The digest of a signature is not right.');
}

function algorithmOf({ attributes }: XmlElement): string {
  return attributes.get('Algorithm') ?? '';
}

function isExclusive(method: XmlElement): boolean {
  if (algorithmOf(method) !== EXCLUSIVE_C14N) return false;
  return method.children.every(
    ({ namespace, local, children }) =>
      namespace === EXCLUSIVE_C14N && local === 'InclusiveNamespaces' && children.length === 0,
  );
}

function isBase64({ children, text }: XmlElement): boolean {
  return children.length === 0 && BASE64.test(text);
}

/** The elements below, of the name in whatever namespace. */
function named(parent: XmlElement, local: string): XmlElement[] {
  return [...everyElement(parent)].filter((element) => element.local === local);
}

/** @returns whether the cipher needs a signature of the response around it */
function requireEncryptionShape(encrypted: XmlElement): boolean {
  if (named(encrypted, 'CipherReference').length + named(encrypted, 'RetrievalMethod').length > 0) {
    refuse('decryption', 'The encrypted assertion refers to something elsewhere.');
  }
  const [key, ...otherKeys] = named(encrypted, 'EncryptedKey');
  if (!key || otherKeys.length > 0) {
    refuse('decryption', 'The assertion is not encrypted for this console alone.');
  }
  const data = childOf(encrypted, 'encryption', 'EncryptedData');
  const isSimple =
    data !== null &&
    named(encrypted, 'EncryptedData').length === 1 &&
    ['EncryptionMethod', 'CipherData', 'CipherValue'].every((local) => named(encrypted, local).length === 2);
  if (!isSimple) refuse('decryption', 'The encrypted assertion is not well formed.');
  if (methodOf(key) !== KEY_TRANSPORT) {
    refuse('decryption', 'The key is encrypted with an algorithm that is not taken. RSA-OAEP is.');
  }
  const cipher = methodOf(data);
  if (AUTHENTIC_CIPHERS.has(cipher)) return false;
  if (!PLAIN_CIPHERS.has(cipher)) {
    refuse('decryption', 'The assertion is encrypted with an algorithm that is not taken. AES is.');
  }
  return true;
}

function methodOf(holder: XmlElement): string {
  const method = childOf(holder, 'encryption', 'EncryptionMethod');
  return method ? algorithmOf(method) : '';
}
