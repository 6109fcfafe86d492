import { exportJWK, generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../support/engine/calls';
import { answerTokens } from '../../../support/sso/idToken';
import { openWorld, REFUSED } from './support';

/*
 * A token that nobody signed, one that is "signed" with the public key as if it were a shared secret (RFC 8725 2.1), and
 * one that is signed with a key of the forger's.
 */
describe('an ID token that the provider did not sign', () => {
  it('is refused, where the same one of the provider is taken', async () => {
    const world = await openWorld();
    answerTokens(world);
    await world.signIn('lea');
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const ofForger = await exportJWK(privateKey);
    for (const signature of ['none', 'public-key-as-secret', ofForger] as const) {
      answerTokens(world, { signature });
      expect(await problemOf(world.signIn('lea')), JSON.stringify(signature)).toMatchObject(REFUSED);
    }
  });
});
