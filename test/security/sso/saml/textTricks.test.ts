import { parseDomFromString, xpath } from '@node-saml/node-saml/lib/xml';
import { beforeAll, describe, expect, it } from 'vitest';
import { naiveName } from '../../../support/sso/naiveSaml';
import { assertionOf, type Forge, openForge, responseOf, signed } from '../../../support/sso/samlForge';

/*
 * CVE-2017-11427 and its family: canonicalization takes a comment out, so whoever holds the account
 * boss@acme.example.evil.example puts one into their signed name, and a reader of the first piece of text reads
 * another name.
 */

let forge: Forge;

beforeAll(async () => {
  forge = await openForge();
});

const LONG = 'boss@acme.example.evil.example';
const SHORT = 'boss@acme.example';
const ELEMENT = "//*[local-name()='NameID']";

/** The first piece of text, as readers take it that stop at the next node. */
async function firstText(xml: string): Promise<string | null> {
  const [name] = xpath.selectElements(await parseDomFromString(xml), ELEMENT);
  return name?.firstChild?.nodeValue ?? null;
}

describe('a name in pieces', () => {
  it('with a comment, which the signature does not cover', async () => {
    const right = responseOf(signed(assertionOf({ nameId: LONG }), forge.idp));
    expect(await forge.read(right)).toMatchObject({ nameId: LONG });
    const xml = right.replaceAll(LONG, `${SHORT}<!-- -->.evil.example`);
    expect(await naiveName(xml, forge.idp.certificate, ELEMENT)).not.toBeNull();
    expect(await firstText(xml)).toBe(SHORT);
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'answer' });
  });

  it('with a CDATA section, which canonicalization makes into text', async () => {
    const right = responseOf(signed(assertionOf({ nameId: LONG }), forge.idp));
    const xml = right.replaceAll(LONG, `${SHORT}<![CDATA[.evil.example]]>`);
    expect(await naiveName(xml, forge.idp.certificate, ELEMENT)).not.toBeNull();
    expect(await firstText(xml)).toBe(SHORT);
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'answer' });
  });

  it('with a processing instruction, though the provider itself had signed it', async () => {
    const nameId = `${SHORT}<?x y?>.evil.example`;
    const xml = responseOf(signed(assertionOf({ nameId }), forge.idp));
    expect(await firstText(xml)).toBe(SHORT);
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'answer' });
  });

  it('with an element in the middle, though the provider itself had signed it', async () => {
    const nameId = `${SHORT}<x></x>.evil.example`;
    const xml = responseOf(signed(assertionOf({ nameId }), forge.idp));
    expect(await firstText(xml)).toBe(SHORT);
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'answer' });
  });

  it('with a reference to a character is read whole', async () => {
    const right = responseOf(signed(assertionOf({ nameId: LONG }), forge.idp));
    expect(await forge.read(right.replaceAll(LONG, LONG.replace('@', '&#64;')))).toMatchObject({
      nameId: LONG,
    });
  });
});
