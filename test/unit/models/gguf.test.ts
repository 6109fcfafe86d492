import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGguf } from '../../../src/adapters/llama/gguf';
import { isConsoleError } from '../../../src/contract';
import { starterModel, TINY_ENTRIES, tinyGguf } from '../../support/gguf';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gguf-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(bytes: Buffer): ReturnType<typeof readGguf> {
  const file = join(folder, 'model.gguf');
  writeFileSync(file, bytes);
  return readGguf(file);
}

function reasonFor(bytes: Buffer): string {
  try {
    read(bytes);
  } catch (error) {
    if (isConsoleError(error) && error.code === 'FILE_REFUSED') return error.detail.reason ?? '';
    throw error;
  }
  return 'accepted';
}

describe('the reader of GGUF headers', () => {
  it('reads what a sound file says about itself', () => {
    expect(read(tinyGguf())).toEqual({
      architecture: 'llama',
      name: 'Tiny',
      parameters: '1K',
      quantization: 'F32',
      contextTokens: 128,
      licence: 'apache-2.0',
      tensors: 1,
    });
  });

  const starter = starterModel();
  it.skipIf(starter === null)('reads the real starter model (skipped when it was not fetched)', () => {
    expect(readGguf(starter ?? '')).toMatchObject({ architecture: 'llama', quantization: 'Q4_1' });
  });

  const sound = tinyGguf();
  it.each<[string, Buffer, RegExp]>([
    ['an empty file', Buffer.alloc(0), /not a GGUF/],
    ['another kind of file', Buffer.from('PK\u0003\u0004 this is a zip archive, not a model'), /not a GGUF/],
    ['version 1', tinyGguf({ version: 1 }), /version/],
    ['version 99', tinyGguf({ version: 99 }), /version/],
    ['big endian', swapped(sound), /version/],
    ['a header cut short', sound.subarray(0, 60), /ends before/],
    ['weights cut short', sound.subarray(0, sound.length - 20), /incomplete/],
    ['more entries than it has', tinyGguf({ entryCount: 900n }), /ends before|unknown|impossible/],
    ['2^63 entries', tinyGguf({ entryCount: 1n << 63n }), /impossible/],
    ['2^63 tensors', tinyGguf({ tensorCount: 1n << 63n }), /impossible/],
    ['no tensors', tinyGguf({ tensors: [], data: 0 }), /no weights/],
    ['no architecture', tinyGguf({ entries: [['general.name', 'x']] }), /architecture/],
    [
      'an architecture that is a path',
      tinyGguf({ entries: [['general.architecture', '../x']] }),
      /architecture/,
    ],
    ['the same key twice', tinyGguf({ entries: [...TINY_ENTRIES, ['general.name', 'y']] }), /twice/],
    ['one part of several', tinyGguf({ entries: [...TINY_ENTRIES, ['split.count', 3]] }), /one part/],
    [
      'a tensor beyond the end',
      tinyGguf({ tensors: [{ name: 'a', dimensions: [4], offset: 1e6 }] }),
      /incomplete/,
    ],
    ['an impossible shape', tinyGguf({ tensors: [{ name: 'a', dimensions: [2 ** 40, 2 ** 40] }] }), /large/],
    ['a tensor without shape', tinyGguf({ tensors: [{ name: 'a', dimensions: [] }] }), /shape/],
    ['an unknown storage', tinyGguf({ tensors: [{ name: 'a', dimensions: [4], type: 777 }] }), /not known/],
    ['a zero alignment', tinyGguf({ entries: [...TINY_ENTRIES, ['general.alignment', 0]] }), /alignment/],
  ])('refuses %s', (_name, bytes, reason) => {
    expect(reasonFor(bytes)).toMatch(reason);
  });

  it('refuses a folder and a file that is not there', () => {
    expect(() => readGguf(folder)).toThrow(expect.objectContaining({ code: 'FILE_REFUSED' }));
    expect(() => readGguf(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'FILE_REFUSED' }));
  });

  it('answers or refuses whatever bytes are flipped, and never does anything else', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: sound.length - 1 }), fc.nat({ max: 255 })), {
          minLength: 1,
          maxLength: 6,
        }),
        (flips) => {
          const bytes = Buffer.from(sound);
          for (const [at, value] of flips) bytes[at] = value;
          reasonFor(bytes);
        },
      ),
      { numRuns: 400 },
    );
  });
});

function swapped(bytes: Buffer): Buffer {
  const other = Buffer.from(bytes);
  other.subarray(4, 8).reverse();
  return other;
}
