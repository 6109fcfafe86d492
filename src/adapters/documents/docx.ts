import { zipSync } from 'fflate';
import mammoth from 'mammoth';
import type { DocumentPart } from '../../engine/ports';
import { readArchive } from './archive';
import { LIMITS } from './protocol';
import { REASONS, refuse } from './refuse';
import { placeName } from './text';

const MAIN_PART = 'word/document.xml';

/**
 * Reads a DOCX by its headings. The archive is unpacked here, within limits, and only its XML is handed on, in a new
 * archive: no picture, no macro and no lie about sizes reaches the library.
 * @throws ConsoleError DOCUMENT_REFUSED
 */
export async function readDocx(bytes: Uint8Array): Promise<DocumentPart[]> {
  const xml = readArchive(bytes, (name) => /^[^\\]+\.(xml|rels)$/.test(name) && !name.includes('..'));
  if (!xml.has(MAIN_PART)) throw refuse('It is an archive, but not a DOCX.');
  for (const content of xml.values()) {
    // No part of a DOCX has one; entities that expand would come in by it.
    if (Buffer.from(content.buffer, content.byteOffset, content.length).includes('<!DOCTYPE'))
      throw refuse(REASONS.damaged);
  }
  const clean = Buffer.from(zipSync(Object.fromEntries(xml), { level: 0 }));
  const options = {
    convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
    externalFileAccess: false,
    includeDefaultStyleMap: true,
  };
  const { value } = await mammoth.convertToHtml({ buffer: clean }, options).catch(() => {
    throw refuse(REASONS.damaged);
  });
  if (value.length > LIMITS.characters * 2) throw refuse(REASONS.tooManyCharacters);
  const parts = splitHtml(value);
  if (parts.length === 0) throw refuse(REASONS.noText);
  return parts;
}

/** Splits the library's own well-formed HTML at its headings. */
function splitHtml(html: string): DocumentPart[] {
  const parts: DocumentPart[] = [];
  let place = 'beginning';
  for (const piece of html.split(/(?=<h[1-6]\b[^>]*>)/)) {
    const heading = /^<h[1-6]\b[^>]*>(.*?)<\/h[1-6]>/s.exec(piece)?.[1];
    if (heading !== undefined) place = placeName(plainText(heading));
    const text = plainText(piece);
    if (text !== '') parts.push({ place, text });
  }
  return parts;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function plainText(html: string): string {
  return html
    .replace(/<\/(p|h[1-6]|li|tr|table)>|<br\s*\/?>/g, '\n')
    .replace(/<\/t[dh]>/g, '\t')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot);/g, (_all, name: string) => ENTITIES[name] ?? '')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
