import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../support/engine/calls';
import { answerTokens } from '../../../support/sso/idToken';
import { CLIENT_ID } from '../../../support/sso/oidcProvider';
import { openWorld, REFUSED } from './support';

const HOUR_S = 3_600;

/* Tokens that the provider signed, but for somebody or something else (OpenID Connect Core 3.1.3.7). */
describe('an ID token of another sign-in', () => {
  it.each([
    ['with the nonce of an earlier one', { nonce: 'the nonce of an earlier sign-in' }],
    ['without a nonce', { nonce: undefined }],
    ['for another client', { aud: 'another-client' }],
    ['for others besides, without saying who asked', { aud: [CLIENT_ID, 'another-client'] }],
    ['that another client asked for', { aud: [CLIENT_ID, 'another-client'], azp: 'another-client' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    [
      'that has expired',
      { iat: Math.floor(Date.now() / 1000) - 2 * HOUR_S, exp: Math.floor(Date.now() / 1000) - HOUR_S },
    ],
    ['that came with another access token', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['about somebody whom the user-info address does not know', { sub: 'max' }],
  ])('%s is refused', async (_what, claims) => {
    const world = await openWorld();
    answerTokens(world);
    await world.signIn('lea');
    answerTokens(world, { claims });
    expect(await problemOf(world.signIn('lea'))).toMatchObject(REFUSED);
  });
});
