import { type SamlAssertion, SamlError, type SamlExpectation, type SamlStep } from '../../engine/ports';
import { childOf, childrenOf, is } from './shape';
import type { XmlElement } from './xml';

const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const ENTITY = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity';
const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const MOST_VALUES = 2_000;
/** saml-core-2.0-os 2.5.1: a condition that is not understood makes the assertion worth nothing. */
const KNOWN_CONDITIONS = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'];

function refuse(step: SamlStep, words: string): never {
  throw new SamlError(step, words);
}

/** @returns milliseconds since 1970, `null` when it is not there */
function instantOf(element: XmlElement, name: string): number | null {
  const value = element.attributes.get(name);
  if (value === undefined) return null;
  const at = INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) refuse('validity', `${name} is not a point in time.`);
  return at;
}

function requireIssuer(holder: XmlElement, entityId: string, isNeeded: boolean): void {
  const issuer = childOf(holder, 'assertion', 'Issuer');
  if (!issuer && !isNeeded) return;
  const format = issuer?.attributes.get('Format') ?? ENTITY;
  if (issuer?.text.trim() !== entityId || format !== ENTITY) {
    refuse('addressee', 'It is of another provider than the one whose entity id stands here.');
  }
}

/**
 * What the response around an assertion says. It may be unsigned: all of it can only make things stricter.
 * @throws SamlError `status` when the provider let nobody in, `addressee` when it is not an answer to the request
 */
export function requireResponse(root: XmlElement, isSigned: boolean, expected: SamlExpectation): void {
  const { provider, service, requestId } = expected;
  requireIssuer(root, provider.entityId, false);
  const destination = root.attributes.get('Destination');
  // saml-bindings-2.0-os 3.5.5.2: a signed message must say where it is for.
  if (destination === undefined ? isSigned : destination !== service.acsUrl) {
    refuse('addressee', 'The response is destined for another address than this console’s.');
  }
  if (root.attributes.get('InResponseTo') !== requestId) {
    refuse('addressee', 'The response does not answer the request that this window made.');
  }
  requireSuccess(root);
}

function requireSuccess(root: XmlElement): void {
  const status = childOf(root, 'protocol', 'Status');
  const code = status && childOf(status, 'protocol', 'StatusCode');
  const value = code?.attributes.get('Value') ?? '';
  if (value === SUCCESS) return;
  const nested = code && childOf(code, 'protocol', 'StatusCode')?.attributes.get('Value');
  const last = (nested ?? value).split(':').at(-1) ?? '';
  const name = /^[A-Za-z]{1,60}$/.test(last) ? last : 'without a name';
  refuse('status', `The provider let nobody in. Its status is ${name}.`);
}

/**
 * Reads what was signed.
 * @param assertion of the signed bytes alone
 * @throws SamlError
 */
export function readAssertion(assertion: XmlElement, expected: SamlExpectation): SamlAssertion {
  if (!is(assertion, 'assertion', 'Assertion')) refuse('answer', 'What is signed is not an assertion.');
  requireIssuer(assertion, expected.provider.entityId, true);
  requireConditions(assertion, expected);
  const subject = childOf(assertion, 'assertion', 'Subject');
  if (!subject) refuse('person', 'The assertion is about nobody.');
  requireConfirmation(subject, expected);
  const sessionUntil = requireAuthentication(assertion, expected);
  const nameId = childOf(subject, 'assertion', 'NameID');
  if (!nameId || nameId.text.trim() === '' || nameId.text.length > 1_000) {
    refuse('person', 'The assertion names nobody, or by an encrypted name, which is not taken.');
  }
  return {
    nameId: nameId.text.trim(),
    nameIdFormat: nameId.attributes.get('Format') ?? UNSPECIFIED,
    attributes: attributesOf(assertion),
    sessionUntil,
  };
}

/** @throws SamlError unless the assertion is for this console and holds now (saml-core-2.0-os 2.5) */
function requireConditions(assertion: XmlElement, { service, now, skewMs }: SamlExpectation): void {
  const conditions = childOf(assertion, 'assertion', 'Conditions');
  if (!conditions) refuse('addressee', 'The assertion does not say for whom it is.');
  const isKnown = (child: XmlElement) => KNOWN_CONDITIONS.some((local) => is(child, 'assertion', local));
  if (!conditions.children.every(isKnown)) {
    refuse('addressee', 'The assertion holds under a condition that is not known here.');
  }
  const restrictions = childrenOf(conditions, 'assertion', 'AudienceRestriction');
  const isForUs = (restriction: XmlElement) =>
    childrenOf(restriction, 'assertion', 'Audience').some(({ text }) => text.trim() === service.entityId);
  if (restrictions.length === 0 || !restrictions.every(isForUs)) {
    refuse('addressee', 'The assertion is for another audience than this console’s entity id.');
  }
  requireWindow(conditions, now, skewMs);
  const issued = instantOf(assertion, 'IssueInstant');
  if (issued === null || issued > now + skewMs) {
    refuse('validity', 'The assertion was issued in the future. Compare the clocks.');
  }
}

function requireWindow(holder: XmlElement, now: number, skewMs: number): void {
  const notBefore = instantOf(holder, 'NotBefore');
  const notOnOrAfter = instantOf(holder, 'NotOnOrAfter');
  if (notBefore !== null && now + skewMs < notBefore) {
    refuse('validity', 'The assertion does not hold yet. Compare the clocks.');
  }
  if (notOnOrAfter !== null && now - skewMs >= notOnOrAfter) {
    refuse('validity', 'The assertion does not hold any more. Compare the clocks.');
  }
}

/** saml-profiles-2.0-os 4.1.4.2 and 4.1.4.3: the bearer proves it by an answer made for this request and address. */
function requireConfirmation(subject: XmlElement, expected: SamlExpectation): void {
  const { service, requestId, now, skewMs } = expected;
  const data = childrenOf(subject, 'assertion', 'SubjectConfirmation')
    .filter(({ attributes }) => attributes.get('Method') === BEARER)
    .flatMap((confirmation) => childrenOf(confirmation, 'assertion', 'SubjectConfirmationData'));
  const ours = data.filter(({ attributes }) => attributes.get('Recipient') === service.acsUrl);
  if (ours.length === 0) refuse('addressee', 'The assertion is for another recipient than this console.');
  const answers = ours.filter(({ attributes }) => attributes.get('InResponseTo') === requestId);
  const [confirmation] = answers;
  if (!confirmation) refuse('addressee', 'The assertion does not answer the request that this window made.');
  if (instantOf(confirmation, 'NotOnOrAfter') === null) {
    refuse('validity', 'The assertion does not say until when it may be shown.');
  }
  requireWindow(confirmation, now, skewMs);
}

/** @returns until when the provider lets a session last */
function requireAuthentication(
  assertion: XmlElement,
  { now, skewMs, provenSince }: SamlExpectation,
): number | null {
  const statements = childrenOf(assertion, 'assertion', 'AuthnStatement');
  if (statements.length === 0) refuse('person', 'The assertion does not say that anybody signed in.');
  const isProven = (statement: XmlElement) =>
    provenSince === null || (instantOf(statement, 'AuthnInstant') ?? 0) >= provenSince - skewMs;
  if (!statements.some(isProven)) {
    refuse('person', 'The provider did not have the person prove anew who they are.');
  }
  const ends = statements
    .map((statement) => instantOf(statement, 'SessionNotOnOrAfter'))
    .filter((at) => at !== null);
  if (ends.length === 0) return null;
  const end = Math.min(...ends);
  if (now - skewMs >= end) refuse('validity', 'The provider’s session is over.');
  return end;
}

function attributesOf(assertion: XmlElement): Map<string, string[]> {
  const attributes = new Map<string, string[]>();
  let count = 0;
  for (const statement of childrenOf(assertion, 'assertion', 'AttributeStatement')) {
    for (const attribute of childrenOf(statement, 'assertion', 'Attribute')) {
      const name = attribute.attributes.get('Name') ?? '';
      const values = childrenOf(attribute, 'assertion', 'AttributeValue')
        .filter(({ children }) => children.length === 0)
        .map(({ text }) => text.trim());
      count += values.length;
      if (count > MOST_VALUES) refuse('person', 'The assertion holds more values than any right one.');
      attributes.set(name, [...(attributes.get(name) ?? []), ...values]);
    }
  }
  return attributes;
}
