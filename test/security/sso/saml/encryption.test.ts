import { beforeAll, describe, expect, it } from 'vitest';
import {
  assertionOf,
  encrypted,
  type Forge,
  openForge,
  responseOf,
  signed,
} from '../../../support/sso/samlForge';

/* Anybody can encrypt for this console, so what is encrypted is believed no more than what is not. */

let forge: Forge;
let ours: string;

beforeAll(async () => {
  forge = await openForge();
  ours = forge.expected.service.key.certificate;
});

const sealed = (content: string, options = {}) => responseOf(encrypted(content, ours, options));
const lea = () => signed(assertionOf(), forge.idp);

describe('an encrypted assertion', () => {
  it('is taken when what is inside is signed, also in a signed response', async () => {
    expect(await forge.read(sealed(lea()))).toMatchObject({ nameId: 'lea' });
    expect(await forge.read(signed(sealed(lea()), forge.idp))).toMatchObject({ nameId: 'lea' });
  });

  it('is refused when nobody signed what is inside, also in a signed response', async () => {
    const boss = assertionOf({ nameId: 'boss' });
    await expect(forge.read(sealed(boss))).rejects.toMatchObject({ step: 'signature' });
    await expect(forge.read(signed(sealed(boss), forge.idp))).rejects.toMatchObject({ step: 'signature' });
    await expect(forge.read(sealed(signed(boss, forge.stranger)))).rejects.toMatchObject({
      step: 'signature',
    });
  });

  it('is refused when the right one stands within another one inside', async () => {
    const wrapping = assertionOf({ id: '_evil', nameId: 'boss', more: lea() });
    await expect(forge.read(sealed(wrapping))).rejects.toMatchObject({ step: 'signature' });
    await expect(forge.read(sealed(`${lea()}${assertionOf({ id: '_2' })}`))).rejects.toMatchObject({
      step: 'answer',
    });
  });

  it('is refused beside one in the clear', async () => {
    const both = responseOf(`${lea()}${encrypted(lea(), ours)}`);
    await expect(forge.read(both)).rejects.toMatchObject({ step: 'answer' });
  });

  it('is refused when it is for another key', async () => {
    const xml = responseOf(encrypted(lea(), forge.stranger.certificate));
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'decryption' });
  });

  it('is refused by RSA of PKCS #1 1.5, whose answers tell of the plain text (Bleichenbacher 1998)', async () => {
    await expect(forge.read(sealed(lea(), { transport: 'rsa-1_5' }))).rejects.toMatchObject({
      step: 'decryption',
    });
  });

  it('is taken in AES-CBC only under the response’s signature (Jager, Somorovsky 2011)', async () => {
    const xml = sealed(lea(), { cipher: 'aes128-cbc' });
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'decryption' });
    expect(await forge.read(signed(xml, forge.idp))).toMatchObject({ nameId: 'lea' });
    // A cipher text that was changed is not even decrypted: what came of it would be told apart by its padding.
    const changed = signed(xml, forge.idp).replace(
      /(<xenc:CipherValue>.)(.)/g,
      (_whole, before, one) => `${before}${one === 'A' ? 'B' : 'A'}`,
    );
    await expect(forge.read(changed)).rejects.toMatchObject({ step: 'signature' });
  });

  it('is refused when it refers to something elsewhere', async () => {
    const xml = sealed(lea()).replace(
      /<xenc:CipherValue>/,
      '<xenc:CipherReference URI="http://127.0.0.1:9/x"></xenc:CipherReference><xenc:CipherValue>',
    );
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'decryption' });
  });
});
