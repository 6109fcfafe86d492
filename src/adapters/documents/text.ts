import type { DocumentPart } from '../../engine/ports';
import { REASONS, refuse } from './refuse';

const LINES_TOGETHER = 40;
const CHARACTERS_TOGETHER = 6_000;

/**
 * Decodes text: by its byte order mark, as UTF-8 when it is sound UTF-8, as UTF-16 when every other byte is zero,
 * otherwise as Windows-1252.
 * @throws ConsoleError DOCUMENT_REFUSED when it is not text
 */
export function decodeText(bytes: Uint8Array): string {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes).replace(/\r\n?/g, '\n');
  const controls = text.match(/[^\P{Cc}\n\t\f]/gu)?.length ?? 0;
  if (controls > text.length / 1000 + 2 || text.includes('\u0000')) throw refuse('It is not text.');
  if (text.trim() === '') throw refuse(REASONS.noText);
  return text;
}

function encodingOf(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (isSound(bytes)) return isWide(bytes) ?? 'utf-8';
  return isWide(bytes) ?? 'windows-1252';
}

function isSound(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    // Not UTF-8: another encoding is tried.
    return false;
  }
}

/** UTF-16 without a mark: in most scripts one byte of each pair is nearly always zero. */
function isWide(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const sample = Math.min(bytes.length - (bytes.length % 2), 4096);
  if (sample < 8) return null;
  let even = 0;
  let odd = 0;
  for (let index = 0; index < sample; index += 2) {
    if (bytes[index] === 0) even += 1;
    if (bytes[index + 1] === 0) odd += 1;
  }
  const most = sample / 2 / 1.6;
  if (odd > most && even < odd / 10) return 'utf-16le';
  return even > most && odd < even / 10 ? 'utf-16be' : null;
}

/** Plain text in stretches of lines. */
export function splitLines(text: string): DocumentPart[] {
  const parts: DocumentPart[] = [];
  const lines = text.split('\n');
  let first = 0;
  let length = 0;
  const flush = (end: number): void => {
    const body = lines.slice(first, end).join('\n');
    if (body.trim() !== '') parts.push({ place: `lines ${first + 1}–${end}`, text: body });
    first = end;
    length = 0;
  };
  for (const [index, line] of lines.entries()) {
    length += line.length + 1;
    if (index + 1 - first >= LINES_TOGETHER || length >= CHARACTERS_TOGETHER) flush(index + 1);
  }
  flush(lines.length);
  return parts;
}

/** Markdown by its headings; what stands in a fence is no heading. */
export function splitMarkdown(text: string): DocumentPart[] {
  const parts: DocumentPart[] = [];
  let place = 'beginning';
  let body: string[] = [];
  let fence: string | null = null;
  const flush = (): void => {
    const joined = body.join('\n').trim();
    if (joined !== '') parts.push({ place, text: joined });
    body = [];
  };
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    if (fence === null && mark !== null) fence = mark;
    else if (fence !== null && mark?.startsWith(fence)) fence = null;
    const heading = fence === null ? /^ {0,3}#{1,6}\s+(.+?)\s*#*\s*$/.exec(line)?.[1] : undefined;
    if (heading !== undefined) {
      flush();
      place = placeName(heading);
    }
    body.push(line);
  }
  flush();
  return parts;
}

/** A heading as the name of a place. */
export function placeName(heading: string): string {
  const name = heading.replace(/[*_`]/g, '').replace(/\p{C}/gu, ' ').trim();
  return name === '' ? 'beginning' : name.slice(0, 200);
}
