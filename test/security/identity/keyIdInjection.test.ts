import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { base64url, partsOf, startWithTokens } from '../../support/identity/tokens';

/* A `kid` that somebody looks up in a file, a database or a shell opens what it names. Ours is looked up in memory. */

const KIDS: readonly unknown[] = [
  '../../../../dev/null',
  '/proc/self/environ',
  'file:///dev/null',
  'https://thief.example/key',
  "' OR '1'='1",
  "x' UNION SELECT 'AAAA' --",
  "current'; DROP TABLE token_keys; --",
  '$(id)',
  '__proto__',
  'constructor',
  '\u0000',
  'a'.repeat(100_000),
  7,
  null,
  true,
  ['current'],
  { toString: 'current' },
];

it('names nothing: neither a file, nor a row, nor a property', async () => {
  const { acme, signIn, use, expectRefused, eventsOf } = await startWithTokens();
  const { access } = await signIn(acme);
  const { header, claims, signature } = partsOf(access);
  for (const kid of KIDS) {
    for (const alg of ['EdDSA', 'HS256']) {
      const signed = `${base64url({ ...header, kid, alg })}.${base64url(claims)}`;
      await expectRefused(`${signed}.${signature}`);
      await expectRefused(`${signed}.${createHmac('sha256', '').update(signed).digest('base64url')}`);
    }
  }
  await use(access);
  expect(await eventsOf('token-key.made')).toHaveLength(1);
});
