import { join } from 'node:path';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../src/adapters/documents/host';
import { ConsoleError } from '../../../src/contract';
import type { ParsedDocument } from '../../../src/engine/ports';
import {
  asianPdf,
  contentObject,
  encryptedOffice,
  lyingAboutSizes,
  tinyDocx,
  tinyPdf,
  withLostObjects,
} from '../../support/documents';

const PDF_RESOURCES = `${join(import.meta.dirname, '../../../node_modules/pdfjs-dist')}/`;

const parse = (name: string, bytes: Uint8Array | string): Promise<ParsedDocument> =>
  parseDocument({ name, content: Buffer.from(bytes as Uint8Array).toString('base64') }, PDF_RESOURCES);

async function reasonFor(name: string, bytes: Uint8Array | string): Promise<string> {
  try {
    await parse(name, bytes);
    return 'accepted';
  } catch (error) {
    if (error instanceof ConsoleError && error.code === 'DOCUMENT_REFUSED') return error.detail.reason ?? '';
    throw error;
  }
}

describe('text', () => {
  it.each<[string, Uint8Array]>([
    ['UTF-8', Buffer.from('Geschäft, 影响, 🙂')],
    ['UTF-8 with a mark', Buffer.from('\uFEFFGeschäft, 影响, 🙂')],
    ['UTF-16 with a mark', Buffer.from('\uFEFFGeschäft, 影响, 🙂', 'utf16le')],
    ['UTF-16 big endian', Buffer.from('\uFEFFGeschäft, 影响, 🙂', 'utf16le').swap16()],
  ])('is read from %s', async (_name, bytes) => {
    expect(await parse('a.txt', bytes)).toEqual({
      kind: 'text',
      pages: null,
      parts: [{ place: 'lines 1–1', text: 'Geschäft, 影响, 🙂' }],
      problem: null,
    });
  });

  it('is read from UTF-16 without a mark and from Windows-1252', async () => {
    const wide = Buffer.from('A text that is long enough to be seen.', 'utf16le');
    expect((await parse('a.txt', wide)).parts[0]?.text).toBe('A text that is long enough to be seen.');
    expect((await parse('a.txt', Buffer.from('Gesch\xe4ft \x80 5', 'latin1'))).parts[0]?.text).toBe(
      'Geschäft € 5',
    );
  });

  it('is split into stretches of lines that together are the whole', async () => {
    const lines = Array.from({ length: 95 }, (_, index) => `line ${index + 1}`);
    const { parts } = await parse('a.txt', lines.join('\r\n'));
    expect(parts.map(({ place }) => place)).toEqual(['lines 1–40', 'lines 41–80', 'lines 81–95']);
    expect(parts.map(({ text }) => text).join('\n')).toBe(lines.join('\n'));
  });
});

describe('Markdown', () => {
  it('is split at its headings, not within fences', async () => {
    const source =
      'Before.\n\n# Liquidity *risk*\n\nText.\n\n```sh\n# a comment\n```\n\n## Market risk ##\nMore.';
    expect(await parse('a.md', source)).toEqual({
      kind: 'markdown',
      pages: null,
      parts: [
        { place: 'beginning', text: 'Before.' },
        { place: 'Liquidity risk', text: '# Liquidity *risk*\n\nText.\n\n```sh\n# a comment\n```' },
        { place: 'Market risk', text: '## Market risk ##\nMore.' },
      ],
      problem: null,
    });
  });
});

describe('PDF', () => {
  it('is read page by page', async () => {
    expect(
      await parse('a.pdf', tinyPdf(['Liquidity risk is\nthe first.', '', 'Market risk (the second)'])),
    ).toEqual({
      kind: 'pdf',
      pages: 3,
      parts: [
        { place: 'page 1', text: 'Liquidity risk is\nthe first.' },
        { place: 'page 3', text: 'Market risk (the second)' },
      ],
      problem: null,
    });
  });

  it('is refused with the reason', async () => {
    expect(await reasonFor('a.pdf', tinyPdf(['secret'], true))).toMatch(/encrypted/);
    expect(await reasonFor('a.pdf', tinyPdf(['']))).toMatch(/no text/);
    expect(await reasonFor('a.pdf', '%PDF-1.7 and nothing more')).toMatch(/damaged/);
    expect(await reasonFor('a.pdf', tinyPdf(Array.from({ length: 2001 }, () => 'x')))).toMatch(/2,000 pages/);
  });

  it.each([
    ['Japanese', '90ms-RKSJ-H', 'Japan1', '97ac93ae90ab', '流動性'],
    ['simplified Chinese', 'GBK-EUC-H', 'GB1', 'c1f7b6afd0d4', '流动性'],
    ['traditional Chinese', 'ETen-B5-H', 'CNS1', 'ac79b0caa9ca', '流動性'],
    ['Korean', 'KSCms-UHC-H', 'Korea1', 'c0afb5bfbcba', '유동성'],
  ])('is read in %s from a predefined encoding', async (_language, encoding, ordering, encoded, text) => {
    const { parts } = await parse('a.pdf', asianPdf(encoding, ordering, encoded));
    expect(parts).toEqual([{ place: 'page 1', text }]);
  });

  it('is read without its damaged pages, which are named', async () => {
    const sound = tinyPdf(['First', 'Second', 'Third', 'Fourth']);
    const lost = (...pages: number[]) => withLostObjects(sound, pages.map(contentObject));
    expect(await parse('a.pdf', lost(2))).toEqual({
      kind: 'pdf',
      pages: 4,
      parts: [
        { place: 'page 1', text: 'First' },
        { place: 'page 3', text: 'Third' },
        { place: 'page 4', text: 'Fourth' },
      ],
      problem: 'Page 2 is damaged and was left out.',
    });
    expect((await parse('a.pdf', lost(1, 2, 4))).problem).toBe(
      'Pages 1, 2, and 4 are damaged and were left out.',
    );
    expect(await reasonFor('a.pdf', lost(1, 2, 3, 4))).toMatch(/damaged/);
  });
});

describe('DOCX', () => {
  it('is split at its headings', async () => {
    const bytes = tinyDocx([
      'Before & above',
      '# Liquidity risk',
      'First <b>',
      'Second',
      '# Market risk',
      'Third',
    ]);
    expect(await parse('a.docx', bytes)).toEqual({
      kind: 'docx',
      pages: null,
      parts: [
        { place: 'beginning', text: 'Before & above' },
        { place: 'Liquidity risk', text: 'Liquidity risk\nFirst <b>\nSecond' },
        { place: 'Market risk', text: 'Market risk\nThird' },
      ],
      problem: null,
    });
  });

  const spaces = Buffer.alloc(20 * 1024 * 1024, ' ');
  it.each<[string, Uint8Array, RegExp]>([
    ['a bomb in its main part', tinyDocx([], { more: { 'word/document.xml': spaces } }), /unpacks/],
    ['a bomb beside it', tinyDocx(['x'], { more: { 'word/extra.xml': spaces } }), /unpacks/],
    [
      'a bomb that lies about its size',
      lyingAboutSizes(tinyDocx(['x'], { more: { 'word/extra.xml': spaces } })),
      /unpacks/,
    ],
    [
      'thousands of entries',
      tinyDocx(['x'], {
        more: Object.fromEntries(
          Array.from({ length: 4001 }, (_, i) => [`word/${i}.xml`, new Uint8Array(1)]),
        ),
      }),
      /unpacks/,
    ],
    ['entities', tinyDocx([], { xml: '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>' }), /damaged/],
    ['no text', tinyDocx([]), /no text/],
    ['broken XML', tinyDocx([], { xml: '<w:document><' }), /damaged|no text/],
    ['a cut archive', tinyDocx(['text']).subarray(0, 600), /damaged/],
    ['an archive of something else', Buffer.from(zipSync({ 'a.xml': new Uint8Array(3) })), /not a DOCX/],
    ['a password', encryptedOffice(), /encrypted/],
  ])('is refused for %s', async (_name, bytes, reason) => {
    expect(await reasonFor('a.docx', bytes)).toMatch(reason);
  });

  it('brings no picture, macro or file from outside along', async () => {
    const more = { 'word/vbaProject.bin': Buffer.from('macro'), 'word/media/image1.png': Buffer.alloc(100) };
    const { parts } = await parse('a.docx', tinyDocx(['only text'], { more }));
    expect(parts).toEqual([{ place: 'beginning', text: 'only text' }]);
  });

  it('answers or is refused whatever bytes are flipped', { timeout: 60_000 }, async () => {
    const sound = tinyDocx(['# A heading', 'Some text']);
    const flips = fc.array(fc.tuple(fc.nat({ max: sound.length - 1 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(flips, async (changes) => {
        const bytes = Buffer.from(sound);
        for (const [at, value] of changes) bytes[at] = value;
        await reasonFor('a.docx', bytes);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a name that does not fit', () => {
  it.each<[string, Uint8Array | string, RegExp]>([
    ['report.pdf', 'just text', /named as a PDF, but it is text/],
    ['report.txt', tinyPdf(['x']), /named as text, but it is a PDF/],
    ['report.pdf', tinyDocx(['x']), /named as a PDF, but it is an archive/],
    ['report.docx', tinyPdf(['x']), /named as a DOCX, but it is a PDF/],
    ['notes.md', tinyDocx(['x']), /named as Markdown, but it is an archive/],
    ['setup.exe', 'MZ', /named \.exe are not read/],
    ['page.html', '<p>x</p>', /named \.html are not read/],
    ['a.txt', Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 200]), /not text/],
    ['a.txt', '', /empty/],
    ['a.txt', ' \n\t ', /no text/],
    ['a.txt', 'x'.repeat(5_000_001), /five million/],
    ['a.txt', Buffer.alloc(25 * 1024 * 1024 + 1, 'x'), /25 MB/],
  ])('%s is refused', async (name, bytes, reason) => {
    expect(await reasonFor(name, bytes)).toMatch(reason);
  });
});
