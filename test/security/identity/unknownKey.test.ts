import { generateKeyPairSync, sign } from 'node:crypto';
import { it } from 'vitest';
import { keyIdOf } from '../../../src/engine/mechanism/tokens';
import { base64url, partsOf, startWithTokens, tokenOf } from '../../support/identity/tokens';

/* Somebody signs a token with a key of their own, and names it, or nobody's, or somebody else's. */

it('takes no token under a key that the tenant does not have, whatever name it gives', async () => {
  const { acme, other, signIn, expectRefused } = await startWithTokens();
  const { header, claims } = partsOf((await signIn(acme)).access);
  const theirs = partsOf((await signIn(other)).access);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const own = keyIdOf(publicKey.export({ format: 'der', type: 'spki' }).toString('base64'));
  const jwk = publicKey.export({ format: 'jwk' });
  const headers = [
    { ...header, kid: own },
    { ...header, kid: header.kid },
    { ...header, kid: theirs.header.kid },
    { ...header, kid: undefined },
    { ...header, kid: own, jwk },
    { ...header, kid: header.kid, jwk },
    { ...header, kid: own, jku: 'https://thief.example/keys.json' },
    { ...header, kid: own, x5c: [publicKey.export({ format: 'der', type: 'spki' }).toString('base64')] },
  ];
  for (const each of headers) {
    const signed = `${base64url(each)}.${base64url(claims)}`;
    await expectRefused(`${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`);
  }
});

it('takes no token whose own signature is good and whose header names another key', async () => {
  const { acme, signIn, expectRefused } = await startWithTokens();
  const parts = partsOf((await signIn(acme)).access);
  for (const kid of [
    '0000000000000000',
    String(parts.header.kid).toUpperCase(),
    '',
    `${parts.header.kid} `,
  ]) {
    await expectRefused(tokenOf({ ...parts, header: { ...parts.header, kid } }));
  }
});
