import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSystemRandom } from '../../../src/adapters/system';
import { SealError } from '../../../src/engine/mechanism/fieldCipher';
import { CHUNK_BYTES, Vault, vaultVersionOf } from '../../../src/engine/mechanism/vault';

const random = createSystemRandom();
const key = randomBytes(32);
const vault = new Vault(key, random);
const HEADER = 8 + 60;
const STEP = CHUNK_BYTES + 16;

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof SealError) return error.problem;
    throw error;
  }
  return 'none';
};

describe('the vault', () => {
  test.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 77])(
    'opens a file of %i bytes',
    (size) => {
      const bytes = randomBytes(size);
      const { name, sealed } = vault.sealFile(bytes);
      expect(name).toMatch(/^[0-9a-f]{64}$/);
      expect(sealed.length).toBe(HEADER + size + 16 * Math.max(1, Math.ceil(size / CHUNK_BYTES)));
      expect(Buffer.from(vault.openFile(name, sealed)).equals(bytes)).toBe(true);
    },
  );

  test('gives the same content the same name within a tenant, and another to another tenant', () => {
    const bytes = randomBytes(100);
    const [one, two] = [vault.sealFile(bytes), vault.sealFile(bytes)];
    expect(one.name).toBe(two.name);
    expect(one.sealed).not.toEqual(two.sealed);
    expect(vault.nameOf(bytes)).toBe(one.name);
    expect(new Vault(randomBytes(32), random).nameOf(bytes)).not.toBe(one.name);
  });

  test('opens what older versions of its key sealed, under the same names, until they are removed', () => {
    const own = new Vault(key, random);
    const bytes = randomBytes(CHUNK_BYTES + 5);
    const before = own.sealFile(bytes);
    own.addVersion(2, randomBytes(32));
    const after = own.sealFile(bytes);
    expect(after.name).toBe(before.name);
    expect([before, after].map(({ sealed }) => vaultVersionOf(sealed))).toEqual([1, 2]);
    for (const { name, sealed } of [before, after])
      expect(Buffer.from(own.openFile(name, sealed)).equals(bytes)).toBe(true);
    expect(refusal(() => vault.openFile(after.name, after.sealed))).toBe('unknown-key');
    const renumbered = Uint8Array.from(after.sealed);
    renumbered[11] = 1;
    expect(refusal(() => own.openFile(after.name, renumbered))).toBe('malformed');
    own.addVersion(3, randomBytes(32));
    renumbered[11] = 3;
    expect(refusal(() => own.openFile(after.name, renumbered))).toBe('tampered');
    own.removeVersion(2);
    expect(refusal(() => own.openFile(after.name, after.sealed))).toBe('unknown-key');
    expect(() => own.removeVersion(3)).toThrow(RangeError);
  });

  test('refuses any flipped bit', () => {
    const { name, sealed } = vault.sealFile(randomBytes(300));
    fc.assert(
      fc.property(fc.nat({ max: sealed.length * 8 - 1 }), (bit) => {
        const changed = Uint8Array.from(sealed);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(refusal(() => vault.openFile(name, changed))).toBe(bit < 64 ? 'malformed' : 'tampered');
      }),
      { numRuns: 400 },
    );
  });

  test('refuses chunks that were cut off, exchanged, repeated, removed or added', () => {
    const { name, sealed } = vault.sealFile(randomBytes(3 * CHUNK_BYTES + 9));
    const header = sealed.subarray(0, HEADER);
    const chunk = (index: number) => sealed.subarray(HEADER + index * STEP, HEADER + (index + 1) * STEP);
    const [a, b, c, d] = [chunk(0), chunk(1), chunk(2), chunk(3)];
    for (const chunks of [
      [a, b, c],
      [a],
      [b, a, c, d],
      [a, a, b, c, d],
      [b, c, d],
      [a, b, d],
      [a, b, c, d, d],
      [],
    ]) {
      const changed = Buffer.concat([header, ...chunks]);
      expect(refusal(() => vault.openFile(name, changed))).toMatch(/tampered|malformed/);
    }
    for (const length of [0, 7, HEADER, HEADER + 15, HEADER + 16, sealed.length - 1]) {
      expect(refusal(() => vault.openFile(name, sealed.subarray(0, length)))).toMatch(/tampered|malformed/);
    }
  });

  test('refuses a file under the name of another, and one of another tenant', () => {
    const [one, two] = [vault.sealFile(randomBytes(50)), vault.sealFile(randomBytes(50))];
    expect(refusal(() => vault.openFile(one.name, two.sealed))).toBe('tampered');
    expect(refusal(() => vault.openFile('../etc/passwd', one.sealed))).toBe('malformed');
    const other = new Vault(randomBytes(32), random);
    expect(refusal(() => other.openFile(one.name, one.sealed))).toBe('tampered');
  });

  test('seals and opens nothing once it is closed', () => {
    const closing = new Vault(key, random);
    const { name, sealed } = closing.sealFile(randomBytes(10));
    closing.close();
    expect(refusal(() => closing.openFile(name, sealed))).toBe('closed');
    expect(refusal(() => closing.sealFile(randomBytes(10)))).toBe('closed');
    expect(vault.openFile(name, sealed)).toHaveLength(10);
  });
});
