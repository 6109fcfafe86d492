import { X509Certificate } from 'node:crypto';
import { SamlError, type SamlIdentityProvider } from '../../engine/ports';
import { childrenOf, is, NAMESPACE } from './shape';
import { everyElement, readXml, type XmlElement } from './xml';

const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const MOST_CERTIFICATES = 10;

function refuse(words: string): never {
  throw new SamlError('answer', words);
}

/**
 * Reads the metadata of an identity provider (saml-metadata-2.0-os). Who gives the file vouches for it: a signature in
 * it is not looked at.
 * @throws SamlError `answer`
 */
export function readIdentityMetadata(xml: string): SamlIdentityProvider {
  const root = readXml(xml.trim().replace(/^\uFEFF/, ''), 'skip');
  const entities = [...everyElement(root)].filter(
    (element) =>
      is(element, 'metadata', 'EntityDescriptor') &&
      childrenOf(element, 'metadata', 'IDPSSODescriptor').length > 0,
  );
  const [entity, other] = entities;
  if (!entity) refuse('These are not the metadata of an identity provider of SAML 2.0.');
  if (other) refuse('These are the metadata of several providers. Take out the one that is meant.');
  const [role] = childrenOf(entity, 'metadata', 'IDPSSODescriptor');
  const entityId = entity.attributes.get('entityID') ?? '';
  const ssoUrl =
    (role ? childrenOf(role, 'metadata', 'SingleSignOnService') : [])
      .find(({ attributes }) => attributes.get('Binding') === REDIRECT)
      ?.attributes.get('Location') ?? '';
  if (entityId === '') refuse('The metadata name no entity id.');
  if (ssoUrl === '') refuse('The metadata name no address for sign-on by redirection.');
  return { entityId, ssoUrl, certificates: role ? certificatesOf(role) : [] };
}

function certificatesOf(role: XmlElement): string[] {
  const found = childrenOf(role, 'metadata', 'KeyDescriptor')
    .filter(({ attributes }) => (attributes.get('use') ?? 'signing') === 'signing')
    .flatMap((descriptor) => [...everyElement(descriptor)])
    .filter((element) => element.namespace === NAMESPACE.signature && element.local === 'X509Certificate')
    .map(({ text }) => pemOf(text));
  const distinct = [...new Set(found)];
  if (distinct.length === 0) refuse('The metadata hold no certificate for signing.');
  if (distinct.length > MOST_CERTIFICATES) refuse('The metadata hold more certificates than any right ones.');
  return distinct;
}

function pemOf(base64: string): string {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64')).toString();
  } catch (problem) {
    throw new SamlError('answer', 'The metadata hold a certificate that cannot be read.', problem);
  }
}
