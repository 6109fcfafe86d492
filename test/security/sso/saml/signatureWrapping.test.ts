import { beforeAll, describe, expect, it } from 'vitest';
import { naiveName } from '../../../support/sso/naiveSaml';
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
 * Somorovsky, Mayer, Schwenk, Kampmann, Jensen: On Breaking SAML: Be Whoever You Want to Be (USENIX Security 2012).
 * In each the signature is right, over what lea's provider said of lea; beside it stands what lea made up of boss.
 */

let forge: Forge;

beforeAll(async () => {
  forge = await openForge();
});

const evil = (changes = {}) => assertionOf({ id: '_evil', nameId: 'boss', groups: ['admins'], ...changes });
const NAME = "*[local-name()='Subject']/*[local-name()='NameID']";
const FIRST_CHILD = `/*/*[local-name()='Assertion'][1]/${NAME}`;
const FIRST_ANYWHERE = `(//*[local-name()='Assertion'])[1]/${NAME}`;

/** A signature with something more inside. */
function holding(signature: string, content: string): string {
  return signature.replace('</ds:Signature>', `<ds:Object>${content}</ds:Object></ds:Signature>`);
}

interface Attack {
  readonly name: string;
  readonly make: (forge: Forge) => string;
  /** Where the service that is fooled looks. */
  readonly where: string;
}

const ATTACKS: readonly Attack[] = [
  {
    name: 'XSW1: the signed response within the signature of another one',
    where: FIRST_CHILD,
    make({ idp }) {
      const original = responseOf(signed(assertionOf(), idp));
      const signature = holding(signatureOf(original, idp), original);
      return withSignature(responseOf(evil(), { id: '_evil-response' }), signature);
    },
  },
  {
    name: 'XSW2: the signed response beside its signature in another one',
    where: FIRST_CHILD,
    make({ idp }) {
      const original = responseOf(signed(assertionOf(), idp));
      const around = responseOf(evil(), { id: '_evil-response' });
      return withSignature(around, `${signatureOf(original, idp)}${original}`);
    },
  },
  {
    name: 'XSW3: another assertion before the signed one',
    where: FIRST_CHILD,
    make: ({ idp }) => responseOf(`${evil()}${signed(assertionOf(), idp)}`),
  },
  {
    name: 'XSW4: the signed assertion within another one',
    where: FIRST_CHILD,
    make: ({ idp }) => responseOf(evil({ more: signed(assertionOf(), idp) })),
  },
  {
    name: 'XSW5: the signature in another assertion, the signed one after it',
    where: FIRST_CHILD,
    make({ idp }) {
      const original = assertionOf();
      return responseOf(`${withSignature(evil(), signatureOf(original, idp))}${original}`);
    },
  },
  {
    name: 'XSW6: the signed assertion within the signature of another one',
    where: FIRST_CHILD,
    make({ idp }) {
      const original = assertionOf();
      const signature = signatureOf(original, idp).replace('</ds:Signature>', `${original}</ds:Signature>`);
      return responseOf(withSignature(evil(), signature));
    },
  },
  {
    name: 'XSW7: another assertion in the extensions, where a schema lets anything stand',
    where: FIRST_ANYWHERE,
    make: ({ idp }) =>
      responseOf(signed(assertionOf(), idp), {
        before: `<samlp:Extensions>${evil()}</samlp:Extensions>`,
      }),
  },
  {
    name: 'XSW8: the signed assertion in an object of the signature of another one',
    where: FIRST_CHILD,
    make({ idp }) {
      const original = assertionOf();
      return responseOf(withSignature(evil(), holding(signatureOf(original, idp), original)));
    },
  },
  {
    name: 'another assertion in the advice of the signed response’s unsigned part',
    where: FIRST_ANYWHERE,
    make: ({ idp }) =>
      responseOf(`<saml:Advice xmlns:saml="urn:x">${evil()}</saml:Advice>${signed(assertionOf(), idp)}`),
  },
  {
    name: 'another assertion in a namespace of its own',
    where: FIRST_ANYWHERE,
    make: ({ idp }) =>
      responseOf(
        `${evil().replaceAll('saml:', 'x:').replace('xmlns:x="urn:oasis:names:tc:SAML:2.0:assertion"', 'xmlns:x="urn:x"')}${signed(assertionOf(), idp)}`,
      ),
  },
];

describe('signature wrapping', () => {
  it.each(ATTACKS)('$name', async ({ make, where }) => {
    const xml = make(forge);
    expect(await naiveName(xml, forge.idp.certificate, where)).toBe('boss');
    await expect(forge.read(xml)).rejects.toMatchObject({
      name: 'SamlError',
      step: expect.stringMatching(/^(answer|signature)$/),
    });
  });

  it.each(['ID', 'Id', 'id', 'xml:id'])(
    'a second element that %s calls like the signed one',
    async (name) => {
      const before = `<samlp:Extensions><x ${name}="_assertion1"></x></samlp:Extensions>`;
      const xml = responseOf(signed(assertionOf(), forge.idp), { before });
      await expect(forge.read(xml)).rejects.toMatchObject({ step: 'signature' });
      expect(await forge.read(xml.replace('"_assertion1"></x>', '"_other"></x>'))).toBeTruthy();
    },
  );

  it.each(['<x></x>', '<samlp:LogoutResponse></samlp:LogoutResponse>'])(
    'an element beside the assertion that does not belong there: %s',
    async (more) => {
      const xml = responseOf(`${signed(assertionOf(), forge.idp)}${more}`);
      await expect(forge.read(xml)).rejects.toMatchObject({ step: 'answer' });
    },
  );
});
