import { beforeAll, describe, expect, it } from 'vitest';
import { createSamlServiceProvider } from '../../../../src/adapters/saml';
import {
  assertionOf,
  encrypted,
  type Forge,
  openForge,
  posted,
  responseOf,
  signed,
} from '../../../support/sso/samlForge';

/* Entities that read files or grow without bound, and documents that are nothing but large. */

let forge: Forge;
let right: string;

beforeAll(async () => {
  forge = await openForge();
  right = responseOf(signed(assertionOf(), forge.idp));
});

const BOMB = `<!DOCTYPE x [<!ENTITY a "${'ha'.repeat(50)}">${'bcdefghi'
  .split('')
  .map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghi'[index]};`.repeat(10)}">`)
  .join('')}]>`;
const FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>';
const REMOTE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">';

describe('a document type', () => {
  it.each([
    ['with a bomb of entities', BOMB, '&i;'],
    ['with an entity of a file', FILE, '&f;'],
    ['somewhere else', REMOTE, 'lea'],
    ['in small letters, which is not XML', '<!doctype x>', 'lea'],
  ])('%s is refused, in an answer and in metadata', async (_what, type, name) => {
    const xml = `${type}${right.replaceAll('lea', name)}`;
    const began = performance.now();
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'answer' });
    expect(() => createSamlServiceProvider().readMetadata(xml)).toThrow(
      expect.objectContaining({ step: 'answer' }),
    );
    expect(performance.now() - began).toBeLessThan(500);
  });

  it('within what was encrypted for this console is refused too', async () => {
    const { certificate } = forge.expected.service.key;
    const inside = `${FILE}${signed(assertionOf(), forge.idp).replace('lea<', '&f;<')}`;
    await expect(forge.read(responseOf(encrypted(inside, certificate)))).rejects.toMatchObject({
      step: 'answer',
    });
  });

  it('in UTF-16 or UTF-7, where it would not be seen, is refused by the encoding', async () => {
    const utf16 = Buffer.from(`\uFEFF${FILE}${right}`, 'utf16le').toString('base64');
    const service = createSamlServiceProvider();
    await expect(service.read(utf16, forge.expected)).rejects.toMatchObject({ step: 'answer' });
    const utf7 = `<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-${right}`;
    await expect(service.read(posted(utf7), forge.expected)).rejects.toMatchObject({ step: 'answer' });
  });

  it('does not come in by an entity that was never declared', async () => {
    await expect(forge.read(right.replaceAll('lea', '&nbsp;'))).rejects.toMatchObject({ step: 'answer' });
  });
});

describe('a document without end', () => {
  it.each([
    ['deep', `${'<x>'.repeat(20_000)}${'</x>'.repeat(20_000)}`],
    ['wide', `<x>${'<y/>'.repeat(50_000)}</x>`],
    ['long', `<x>${'y'.repeat(2_000_000)}</x>`],
    ['of attributes', `<x ${Array.from({ length: 30_000 }, (_, index) => `a${index}="b"`).join(' ')}/>`],
    ['of one open tag', `<x${' '.repeat(200_000)}`],
    ['of ampersands', `<x>${'&amp'.repeat(60_000)}</x>`],
  ])('that is %s is refused at once', async (_what, xml) => {
    const began = performance.now();
    await expect(forge.read(xml)).rejects.toMatchObject({ step: 'answer' });
    expect(performance.now() - began).toBeLessThan(500);
  });
});
