import { parseDomFromString, xpath } from '@node-saml/node-saml/lib/xml';
import { SignedXml } from 'xml-crypto';

/**
 * What a service does that has no defence: some signature in the document is right, and the name is taken from where
 * such a service looks for it.
 * @param where XPath of the name's element
 * @returns the name it would let in, `null` when no signature is right
 */
export async function naiveName(xml: string, certificate: string, where: string): Promise<string | null> {
  const document = await parseDomFromString(xml);
  const [signature] = xpath.selectElements(document, "//*[local-name()='Signature']");
  const verifier = new SignedXml({ publicCert: certificate });
  verifier.loadSignature(signature as Node);
  if (!verifier.checkSignature(xml)) return null;
  const [name] = xpath.selectElements(document, where);
  return name?.textContent ?? null;
}
