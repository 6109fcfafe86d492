import { createHmac, createPublicKey } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { startTestEngine } from '../../support/engine';
import { inspectCatalog } from '../../support/engine/soundness';
import { base64url, partsOf, startWithTokens } from '../../support/identity/tokens';

/* Somebody knows the public keys, and says in the header of a token how it is to be checked (RFC 8725, 2.1). */

it('takes no token that says it needs no signature', async () => {
  const { acme, signIn, expectRefused } = await startWithTokens();
  const { header, claims, signature } = partsOf((await signIn(acme)).access);
  for (const alg of ['none', 'None', 'NONE', '', undefined, 'ES256', 'RS256']) {
    const changed = base64url({ ...header, alg });
    await expectRefused(`${changed}.${base64url(claims)}.`);
    await expectRefused(`${changed}.${base64url(claims)}.${signature}`);
  }
});

it('takes no token whose signature is a MAC under a public key', async () => {
  const { test, acme, signIn } = await startWithTokens();
  const { header, claims } = partsOf((await signIn(acme)).access);
  await test.engine.close();
  const { seen } = await inspectCatalog(test.ports.files.absolute(''), (database) =>
    database.read('SELECT token_key FROM tenants'),
  );
  const again = startTestEngine(test.ports.files.absolute(''), {
    keystore: test.keystore,
    clock: test.ports.clock,
  });
  onTestFinished(() => again.engine.close());
  const publicKeys = seen.flatMap(({ token_key }) => String(token_key).split(' '));
  expect(publicKeys.length).toBeGreaterThanOrEqual(4);
  for (const text of publicKeys) {
    const der = Buffer.from(text, 'base64');
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    const pem = key.export({ format: 'pem', type: 'spki' });
    const raw = Buffer.from(String(key.export({ format: 'jwk' }).x), 'base64url');
    for (const secret of [text, der, pem, raw]) {
      const signed = `${base64url({ ...header, alg: 'HS256' })}.${base64url(claims)}`;
      const mac = createHmac('sha256', secret).update(signed).digest('base64url');
      const signal = new AbortController().signal;
      const asked = again.engine.call({
        ...{ scope: 'tenant', tenant: acme, name: 'identity.current', input: {}, bytes: 0 },
        ...{ credential: `${signed}.${mac}`, source: 'address:thief', signal },
      });
      await expect(asked).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    }
  }
});
