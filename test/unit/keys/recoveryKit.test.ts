import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KitLabel, makeKit, openKit, readSheet } from '../../../src/engine/mechanism/recoveryKit';
import { decodeBase32, encodeBase32 } from '../../../src/engine/mechanism/recoveryKit/base32';
import { writeSheet } from '../../../src/engine/mechanism/recoveryKit/sheet';

function labelOf(parts: Partial<KitLabel> = {}): KitLabel {
  return {
    kind: 'tenant',
    subject: '019a0000-0000-7000-8000-000000000001',
    kitId: randomBytes(8).toString('hex'),
    keyMark: '0123456789abcdef',
    threshold: 3,
    shares: 5,
    ...parts,
  };
}

describe('a recovery kit', () => {
  it('gives the key back out of any so many sheets, in any order, typed carelessly', async () => {
    const key = new Uint8Array(randomBytes(32));
    const label = labelOf();
    const sheets = await makeKit(key, label);
    expect(sheets).toHaveLength(5);
    for (const [a, b, c] of [
      [0, 1, 2],
      [4, 2, 0],
      [3, 1, 4],
    ] as const) {
      const typed = [sheets[a], sheets[b], sheets[c]].map(
        (text) => ` ${text?.toLowerCase().replaceAll('-', ' ')}\n`,
      );
      expect(await openKit(typed)).toEqual({ key, label });
    }
    expect(await openKit(sheets)).toEqual({ key, label });
  });

  it('says what is wrong with the sheets that were entered', async () => {
    const key = new Uint8Array(randomBytes(32));
    const [one = '', two = '', three = ''] = await makeKit(key, labelOf());
    const [other = ''] = await makeKit(key, labelOf());
    const reasons = async (texts: string[]) =>
      openKit(texts).then(
        () => 'opened',
        ({ code, detail }) => `${code}: ${detail.reason}`,
      );
    expect(await reasons([one, two])).toMatch(/^KIT_REFUSED: 3 sheets are needed; one is missing/);
    expect(await reasons([one, two, two])).toMatch(/no\. 2 was entered twice/);
    expect(await reasons([one, two, other])).toMatch(/Sheet 3 of those entered belongs to another kit/);
    const letter = three.at(40) === 'A' ? 'B' : 'A';
    expect(await reasons([one, two, three.slice(0, 40) + letter + three.slice(41)])).toMatch(
      /Sheet 3 .* a letter/,
    );
    expect(await reasons([one, two, three.slice(0, -3)])).toMatch(/Sheet 3/);
    expect(await reasons([])).toMatch(/No sheet/);
  });

  it('is not opened by a sheet whose share was exchanged together with its checksum', async () => {
    const [one = '', two = '', three = ''] = await makeKit(new Uint8Array(randomBytes(32)), labelOf());
    const sheet = readSheet(three);
    if (!sheet) throw new Error('it is a sheet');
    const share = Uint8Array.from(sheet.share);
    share[5] = (share[5] ?? 0) ^ 1;
    const forged = writeSheet({ ...sheet, share });
    expect(readSheet(forged)).not.toBeNull();
    await expect(openKit([one, two, forged])).rejects.toMatchObject({ code: 'KIT_REFUSED' });
  });

  it('writes any bytes in letters that read back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 90 }), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).toEqual(bytes);
      }),
    );
    expect(decodeBase32('U')).toBeNull();
    expect(decodeBase32('OIL0')).toEqual(decodeBase32('0110'));
  });
});
