import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../support/engine/calls';
import { openWorld, REFUSED, stoppedBeforeReturn } from './support';

/* The answer of one provider is passed off as that of another, which then gets the code (RFC 9700 4.4, RFC 9207). */
describe('an answer that names another issuer, or none where the provider names itself', () => {
  it.each([
    ['another', 'https://evil.example'],
    ['none', null],
  ])('is refused before its code is sent anywhere: %s', async (_what, issuer) => {
    const world = await openWorld();
    const { url, entry } = await stoppedBeforeReturn(world, 'lea');
    const answer = new URL(url);
    if (issuer === null) answer.searchParams.delete('iss');
    else answer.searchParams.set('iss', issuer);
    const before = world.provider.asked.get('/token') ?? 0;
    expect(await world.browser.go(answer.href)).toMatchObject({ status: 403 });
    expect(await problemOf(entry)).toMatchObject(REFUSED);
    expect(world.provider.asked.get('/token') ?? 0).toBe(before);
  });
});
