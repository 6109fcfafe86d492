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

/*
 * Documents that two readers understand differently: CVE-2025-25291 and CVE-2025-25292 (ruby-saml, REXML against
 * Nokogiri), CVE-2025-29774 and CVE-2025-29775 (xml-crypto), CVE-2025-47949 (samlify).
 */

let forge: Forge;

beforeAll(async () => {
  forge = await openForge();
});

const boss = () => assertionOf({ nameId: 'boss' });

async function refused(xml: string): Promise<void> {
  await expect(forge.read(xml)).rejects.toMatchObject({
    name: 'SamlError',
    step: expect.stringMatching(/^(answer|signature)$/),
  });
}

describe('what two readers understand differently', () => {
  it('two SignedInfo, the signed one for the one reader and the other’s for the other (CVE-2025-29774)', async () => {
    const right = signatureOf(assertionOf(), forge.idp);
    const made = signatureOf(boss(), forge.stranger);
    const info = (signature: string) => /<ds:SignedInfo>.*<\/ds:SignedInfo>/.exec(signature)?.[0] ?? '';
    for (const both of [`${info(right)}${info(made)}`, `${info(made)}${info(right)}`]) {
      await refused(responseOf(withSignature(boss(), right.replace(info(right), both))));
    }
  });

  it('a comment in the digest that splits it (CVE-2025-29775)', async () => {
    const right = signatureOf(assertionOf(), forge.idp);
    const wanted = /<ds:DigestValue>([^<]*)/.exec(signatureOf(boss(), forge.stranger))?.[1];
    await refused(
      responseOf(
        withSignature(boss(), right.replace('<ds:DigestValue>', `<ds:DigestValue><!--${wanted}-->`)),
      ),
    );
  });

  it('two digests', async () => {
    const right = signatureOf(assertionOf(), forge.idp);
    const wanted = /<ds:DigestValue>[^<]*<\/ds:DigestValue>/.exec(signatureOf(boss(), forge.stranger))?.[0];
    await refused(
      responseOf(withSignature(boss(), right.replace('<ds:DigestValue>', `${wanted}<ds:DigestValue>`))),
    );
  });

  it('an element in the digest or in the signature’s value', async () => {
    for (const local of ['DigestValue', 'SignatureValue']) {
      const xml = signed(assertionOf(), forge.idp).replace(`<ds:${local}>`, `<ds:${local}><x></x>`);
      await refused(responseOf(xml));
    }
  });

  it('a signature in another namespace that a reader by local names finds first', async () => {
    const decoy = signatureOf(boss(), forge.stranger).replace('http://www.w3.org/2000/09/xmldsig#', 'urn:x');
    await refused(responseOf(withSignature(signed(assertionOf(), forge.idp), decoy)));
    await refused(responseOf(signed(assertionOf(), forge.idp), { before: decoy }));
  });

  it('a document type whose text looks like the document (CVE-2025-25291)', async () => {
    const right = responseOf(signed(assertionOf(), forge.idp));
    await refused(
      `<!DOCTYPE samlp:Response [<!ENTITY x '${responseOf(boss()).replaceAll("'", '"')}'>]>${right}`,
    );
    await refused(`<!DOCTYPE x "'" [<!ELEMENT x ANY>]>${right}`);
  });

  it('attributes and prefixes that are taken for a namespace (CVE-2025-25292)', async () => {
    const right = responseOf(signed(assertionOf(), forge.idp));
    await refused(right.replace('<samlp:Status>', '<samlp:Status xmlns:samlp="urn:x">'));
    await refused(right.replace('ds:Signature xmlns:ds', 'ds:Signature x:xmlns:ds="a" xmlns:ds'));
    await refused(right.replace('ID="_assertion1"', 'ID="_assertion1" ID="_assertion2"'));
    await refused(
      right.replace('ID="_assertion1"', "ID='_assertion1' xmlns:a='urn:x' xmlns:b='urn:x' a:c='1' b:c='2'"),
    );
    await refused(
      right.replace('<saml:Issuer>', '<undeclared:Issuer>').replace('</saml:Issuer>', '</undeclared:Issuer>'),
    );
  });

  it('names that only one reader takes for names', async () => {
    const right = responseOf(signed(assertionOf(), forge.idp));
    for (const odd of [
      '<saml:NameID\u00a0x="1" ',
      '<saml:NameID/x ',
      '<saml:Name\u0130D ',
      '<:NameID ',
      '<saml::NameID ',
    ]) {
      await refused(right.replace('<saml:NameID ', odd));
    }
  });

  it('an end of the document before its end', async () => {
    const right = responseOf(signed(assertionOf(), forge.idp));
    await refused(`${right}${responseOf(boss())}`);
    await refused(`${right}text`);
    await refused(right.slice(0, -1));
    await refused(right.replace('</saml:Issuer>', '</saml:issuer>'));
    await refused(`text${right}`);
    await refused(`${right}\u0000`);
  });

  it('a whole document twice in base64, of which some readers take the first', async () => {
    const right = responseOf(signed(assertionOf(), forge.idp));
    const { createSamlServiceProvider } = await import('../../../../src/adapters/saml');
    const twice = `${Buffer.from(right).toString('base64')}=${Buffer.from(right).toString('base64')}`;
    await expect(createSamlServiceProvider().read(twice, forge.expected)).rejects.toMatchObject({
      step: 'answer',
    });
  });
});
