import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRowSeal } from '../../../src/engine/mechanism/rowSeal';

const key = randomBytes(32);
const seal = createRowSeal(key, 'things', ['id', 'name', 'size']);
const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.uint8Array({ maxLength: 8 }));
const row = fc.record({ id: value, name: value, size: value });

function holds(sealed: object): boolean {
  try {
    seal.require(sealed as never);
    return true;
  } catch (problem) {
    expect(problem).toMatchObject({ code: 'INSTALLATION_TAMPERED' });
    return false;
  }
}

describe('the seal of a row', () => {
  it('is not made of a row that the store would not give back as it is', () => {
    expect(() => seal.of({ id: 'a', name: 'x\0y', size: 1 })).toThrow(RangeError);
  });

  it('holds for the row it was made of and for no other', () => {
    fc.assert(
      fc.property(row, row, (one, other) => {
        const mac = seal.of(one);
        expect(holds({ ...one, mac })).toBe(true);
        const same = seal.of(other) === mac;
        const canonical = (values: typeof one) =>
          JSON.stringify(
            Object.values(values).map((part) => [
              part === null ? 'null' : part.constructor.name,
              part instanceof Uint8Array ? [...part] : part,
            ]),
          );
        expect(same).toBe(canonical(one) === canonical(other));
        expect(holds({ ...other, mac })).toBe(same);
      }),
      { numRuns: 300 },
    );
  });

  it('tells columns, kinds of values and their borders apart', () => {
    expect(seal.of({ id: 'ab', name: 'c', size: 1 })).not.toBe(seal.of({ id: 'a', name: 'bc', size: 1 }));
    expect(seal.of({ id: 'a', name: 'sb', size: 1 })).not.toBe(seal.of({ id: 'as', name: 'b', size: 1 }));
    expect(seal.of({ id: '1', name: '', size: 1 })).not.toBe(seal.of({ id: 1, name: '', size: 1 }));
    expect(seal.of({ id: '', name: null, size: 1 })).not.toBe(seal.of({ id: null, name: '', size: 1 }));
    expect(seal.of({ id: 'null', name: 'n', size: 1 })).not.toBe(seal.of({ id: null, name: 'n', size: 1 }));
  });

  it('is of one table and one key', () => {
    const made = { id: 'a', name: 'b', size: 1 };
    expect(createRowSeal(key, 'others', ['id', 'name', 'size']).of(made)).not.toBe(seal.of(made));
    expect(createRowSeal(randomBytes(32), 'things', ['id', 'name', 'size']).of(made)).not.toBe(seal.of(made));
  });

  it.each([undefined, null, '', 'x', '0'.repeat(64)])('refuses the seal %j', (mac) => {
    expect(holds({ id: 'a', name: 'b', size: 1, mac })).toBe(false);
  });

  it('names the table and no value', () => {
    const refused = () => seal.require({ id: 'secret', name: 'b', size: 1, mac: 'x' });
    expect(refused).toThrow(
      expect.objectContaining({
        detail: expect.objectContaining({ reason: expect.stringContaining('things') }),
      }),
    );
    expect(refused).not.toThrow(/secret/);
  });
});
