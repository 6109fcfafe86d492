import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSystemRandom } from '../../../src/adapters/system';
import { FieldCipher, type Place, SealError } from '../../../src/engine/mechanism/fieldCipher';

const random = createSystemRandom();
const tenantKey = randomBytes(32);
const place: Place = { table: 'messages', column: 'text', row: '0199' };

const text = fc.string({ unit: 'grapheme', maxLength: 300 });
const word = fc.string({ minLength: 1, maxLength: 12 });
const places = fc.record({ table: word, column: word, row: word });

function flipBit(sealed: string, bit: number): string {
  const [format, version, body] = sealed.split('.');
  const bytes = Buffer.from(body ?? '', 'base64url');
  const index = Math.floor(bit / 8) % bytes.length;
  bytes[index] = (bytes[index] ?? 0) ^ (1 << (bit % 8));
  return [format, version, bytes.toString('base64url')].join('.');
}

const problem = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof SealError) return error.problem;
    throw error;
  }
  return 'none';
};

describe('the field cipher', () => {
  test('opens what it sealed, in its place, and only there', () => {
    const cipher = FieldCipher.create(tenantKey, random);
    fc.assert(
      fc.property(text, places, places, (plain, here, there) => {
        const sealed = cipher.seal(here, plain);
        expect(sealed).toMatch(/^v1\.1\.[A-Za-z0-9_-]+$/);
        expect(cipher.open(here, sealed)).toBe(plain);
        const isSame = JSON.stringify(here) === JSON.stringify(there);
        expect(problem(() => cipher.open(there, sealed))).toBe(isSame ? 'none' : 'tampered');
      }),
    );
  });

  test.each(['table', 'column', 'row'] as const)('refuses a text that was moved to another %s', (part) => {
    const cipher = FieldCipher.create(tenantKey, random);
    const sealed = cipher.seal(place, 'x');
    expect(problem(() => cipher.open({ ...place, [part]: 'other' }, sealed))).toBe('tampered');
  });

  test('does not mistake one place for another whose parts run together', () => {
    const cipher = FieldCipher.create(tenantKey, random);
    const sealed = cipher.seal({ table: 'ab', column: 'c', row: 'd' }, 'x');
    expect(problem(() => cipher.open({ table: 'a', column: 'bc', row: 'd' }, sealed))).toBe('tampered');
    expect(problem(() => cipher.open({ table: 'ab', column: 'cd', row: '' }, sealed))).toBe('tampered');
  });

  test('refuses whatever had a bit flipped', () => {
    const cipher = FieldCipher.create(tenantKey, random);
    fc.assert(
      fc.property(text, fc.nat(), (plain, bit) => {
        const sealed = cipher.seal(place, plain);
        expect(problem(() => cipher.open(place, flipBit(sealed, bit)))).toBe('tampered');
      }),
      { numRuns: 500 },
    );
  });

  test('refuses a sealed text whose version was exchanged, and one of a version it has not', () => {
    const cipher = FieldCipher.create(tenantKey, random);
    const first = cipher.seal(place, 'first');
    cipher.addVersion();
    const second = cipher.seal(place, 'second');
    expect(second).toMatch(/^v1\.2\./);
    expect(cipher.open(place, first)).toBe('first');
    expect(problem(() => cipher.open(place, first.replace('v1.1.', 'v1.2.')))).toBe('tampered');
    expect(problem(() => cipher.open(place, second.replace('v1.2.', 'v1.1.')))).toBe('tampered');
    expect(problem(() => cipher.open(place, second.replace('v1.2.', 'v1.3.')))).toBe('unknown-key');
  });

  test('refuses what has not its form, with a typed error for any text at all', () => {
    const cipher = FieldCipher.create(tenantKey, random);
    const sealed = cipher.seal(place, 'x');
    const strange = [
      '',
      'x',
      sealed.slice(0, 12),
      sealed.replace('v1', 'v2'),
      `${sealed}=`,
      `${sealed} `,
      sealed.replace('.1.', '.01.'),
    ];
    for (const candidate of strange) expect(problem(() => cipher.open(place, candidate))).toBe('malformed');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String().map((body) => `v1.1.${body}`),
        ),
        (candidate) => {
          expect(problem(() => cipher.open(place, candidate))).toMatch(/malformed|tampered/);
        },
      ),
    );
  });

  test('accepts one spelling of a sealed text only', () => {
    const cipher = FieldCipher.create(tenantKey, random);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const sealed = cipher.seal(place, 'xx');
    expect(sealed.split('.')[2]?.length).toBe(40);
    const longer = cipher.seal(place, 'x');
    const last = alphabet.indexOf(longer.at(-1) ?? '');
    const other = longer.slice(0, -1) + alphabet[last ^ 1];
    expect(Buffer.from(other.split('.')[2] ?? '', 'base64url')).toEqual(
      Buffer.from(longer.split('.')[2] ?? '', 'base64url'),
    );
    expect(problem(() => cipher.open(place, other))).toBe('malformed');
  });

  test('never seals a text twice alike', () => {
    const cipher = FieldCipher.create(tenantKey, random);
    expect(new Set(Array.from({ length: 100 }, () => cipher.seal(place, 'same'))).size).toBe(100);
  });

  test('is loaded from its wrapped keys under the same key of the tenant, and under no other', () => {
    const cipher = FieldCipher.create(tenantKey, random);
    const first = cipher.seal(place, 'first');
    cipher.addVersion();
    const second = cipher.seal(place, 'second');
    const again = FieldCipher.load(tenantKey, cipher.wrappedKeys, random);
    expect([again.open(place, first), again.open(place, second)]).toEqual(['first', 'second']);
    expect(problem(() => FieldCipher.load(randomBytes(32), cipher.wrappedKeys, random))).toBe('tampered');
    expect(problem(() => FieldCipher.load(tenantKey, [], random))).toBe('unknown-key');
    const [one, two] = cipher.wrappedKeys;
    const exchanged = [
      { version: 1, wrapped: two?.wrapped ?? '' },
      { version: 2, wrapped: one?.wrapped ?? '' },
    ];
    expect(problem(() => FieldCipher.load(tenantKey, exchanged, random))).toBe('tampered');
    expect(problem(() => FieldCipher.load(tenantKey, cipher.wrappedKeys.slice(1), random))).toBe(
      'unknown-key',
    );
    expect(() => FieldCipher.create(randomBytes(16), random)).toThrow(RangeError);
  });

  test('changes the key of the tenant without changing what was sealed, hashed or indexed', () => {
    const cipher = FieldCipher.create(tenantKey, random);
    cipher.addVersion();
    const sealed = cipher.seal(place, 'kept');
    const derived = cipher.deriveKey('vault');
    const newKey = randomBytes(32);
    const before = cipher.wrappedKeys;
    const wrapped = cipher.rewrap(newKey);
    expect(wrapped.map((key) => key.version)).toEqual([1, 2]);
    expect(wrapped).not.toEqual(before);
    const again = FieldCipher.load(newKey, wrapped, random);
    expect(again.open(place, sealed)).toBe('kept');
    expect(again.keyedHash('a')).toBe(cipher.keyedHash('a'));
    expect(again.searchTokens('a b')).toEqual(cipher.searchTokens('a b'));
    expect(again.deriveKey('vault')).toEqual(derived);
    expect(again.deriveKey('other')).not.toEqual(derived);
    expect(problem(() => FieldCipher.load(tenantKey, wrapped, random))).toBe('tampered');
    const third = cipher.addVersion();
    expect(FieldCipher.load(newKey, [...wrapped, third], random).seal(place, 'x')).toMatch(/^v1\.3\./);
  });

  test('hashes under a key of its own', () => {
    const [one, two] = [FieldCipher.create(tenantKey, random), FieldCipher.create(tenantKey, random)];
    expect(one.keyedHash('question')).toMatch(/^[0-9a-f]{64}$/);
    expect(one.keyedHash('question')).toBe(one.keyedHash('question'));
    expect(one.keyedHash('question')).not.toBe(two.keyedHash('question'));
    expect(one.keyedHash('question')).not.toBe(one.keyedHash('question '));
  });

  test('makes the same token of a word however it is written', () => {
    const cipher = FieldCipher.create(tenantKey, random);
    const [token] = cipher.searchTokens('Straße');
    expect(token).toMatch(/^[0-9a-f]{16}$/);
    expect(cipher.searchTokens('STRASSE, strasse… straße!')).toEqual([token]);
    expect(cipher.searchTokens('ﬁnance')).toEqual(cipher.searchTokens('FINANCE'));
    expect(cipher.searchTokens('e\u0301t\u00e9')).toEqual(cipher.searchTokens('été'));
    expect(cipher.searchTokens('ℌaus')).toEqual(cipher.searchTokens('haus'));
    expect(cipher.searchTokens('ΟΔΟΣ')).toEqual(cipher.searchTokens('οδος'));
    expect(cipher.searchTokens('key risk, key factors')).toHaveLength(3);
    expect(cipher.searchTokens(' … !? ')).toEqual([]);
    expect(FieldCipher.create(tenantKey, random).searchTokens('strasse')).not.toEqual([token]);
  });

  test('can do nothing once it is closed', () => {
    const cipher = FieldCipher.create(tenantKey, random);
    const sealed = cipher.seal(place, 'x');
    cipher.close();
    const acts = [
      () => cipher.seal(place, 'x'),
      () => cipher.open(place, sealed),
      () => cipher.keyedHash('x'),
      () => cipher.searchTokens('x'),
      () => cipher.deriveKey('x'),
      () => cipher.rewrap(tenantKey),
      () => cipher.addVersion(),
    ];
    expect(acts.map(problem)).toEqual(acts.map(() => 'closed'));
  });

  test('says nothing of the text or the keys in an error', () => {
    const cipher = FieldCipher.create(tenantKey, random);
    const sealed = flipBit(cipher.seal(place, 'a secret of the tenant'), 200);
    const told: string[] = [];
    try {
      cipher.open(place, sealed);
    } catch (error) {
      for (let at: unknown = error; at instanceof Error; at = at.cause)
        told.push(at.message, String(at.stack));
    }
    expect(told.join('\n')).toContain('tampered');
    expect(told.join('\n')).not.toMatch(/a secret of the tenant/);
  });
});
