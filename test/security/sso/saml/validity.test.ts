import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AssertionParts,
  assertionOf,
  type Forge,
  instant,
  NOW,
  openForge,
  responseOf,
  signed,
} from '../../../support/sso/samlForge';

/* Right signatures at the wrong time. The clocks may differ by a minute here. */

let forge: Forge;

beforeAll(async () => {
  forge = await openForge();
});

const read = (changes: Partial<AssertionParts>) =>
  forge.read(responseOf(signed(assertionOf(changes), forge.idp)));

describe('an assertion', () => {
  it.each<[string, Partial<AssertionParts>]>([
    ['is over', { notOnOrAfter: instant(-60) }],
    ['may not be shown any more', { confirmedUntil: instant(-60) }],
    ['does not hold yet', { notBefore: instant(61) }],
    ['was issued in the future', { issued: instant(61) }],
    ['is of a session that is over', { sessionUntil: instant(-60) }],
    ['has a time that is none', { notOnOrAfter: 'tomorrow' }],
    ['has a day that is none', { confirmedUntil: '2026-13-45T25:61:61Z' }],
    ['has a time without a zone', { notOnOrAfter: '2027-01-01T00:00:00' }],
  ])('is refused when it %s', async (_how, changes) => {
    await expect(read(changes)).rejects.toMatchObject({ step: 'validity' });
  });

  it('is refused when it does not say until when it may be shown', async () => {
    const open = assertionOf().replace(/ NotOnOrAfter="[^"]*" Recipient/, ' Recipient');
    await expect(forge.read(responseOf(signed(open, forge.idp)))).rejects.toMatchObject({ step: 'validity' });
  });

  it('is refused when the person proved who they are before they were asked to do so anew', async () => {
    const xml = responseOf(signed(assertionOf({ authenticated: instant(-120) }), forge.idp));
    expect(await forge.read(xml)).toBeTruthy();
    await expect(forge.read(xml, { provenSince: NOW - 30_000 })).rejects.toMatchObject({ step: 'person' });
    expect(await forge.read(xml, { provenSince: NOW - 70_000 })).toBeTruthy();
  });

  it('holds within the difference of the clocks that is allowed, and to its last moment', async () => {
    expect(await read({ notOnOrAfter: instant(-59), confirmedUntil: instant(-59) })).toBeTruthy();
    expect(await read({ notBefore: instant(60), issued: instant(60) })).toBeTruthy();
    const strict = { skewMs: 0, now: NOW + 299_999 };
    const xml = responseOf(signed(assertionOf(), forge.idp));
    expect(await forge.read(xml, strict)).toBeTruthy();
    await expect(forge.read(xml, { ...strict, now: NOW + 300_000 })).rejects.toMatchObject({
      step: 'validity',
    });
  });
});
