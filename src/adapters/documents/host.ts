import type { ParsedDocument } from '../../engine/ports';
import { readDocx } from './docx';
import { readPdf } from './pdf';
import { LIMITS } from './protocol';
import { REASONS, refuse } from './refuse';
import { sniff } from './sniff';
import { decodeText, splitLines, splitMarkdown } from './text';

/**
 * Reads one document. Runs in a process that reads no other.
 * @param pdfResources the folder of what pdf.js needs beside its code, see `readPdf`
 * @throws ConsoleError DOCUMENT_REFUSED with the reason
 */
export async function parseDocument(
  { name, content }: { name: string; content: string },
  pdfResources: string,
): Promise<ParsedDocument> {
  const bytes = Buffer.from(content, 'base64');
  if (bytes.length > LIMITS.bytes) throw refuse(REASONS.tooLarge);
  if (bytes.length === 0) throw refuse('It is empty.');
  const until = performance.now() + LIMITS.time;
  const kind = sniff(name, bytes);
  if (kind === 'pdf')
    return { kind, ...(await readPdf(bytes, pdfResources, () => performance.now() > until)) };
  if (kind === 'docx') return { kind, pages: null, parts: await readDocx(bytes), problem: null };
  const text = decodeText(bytes);
  if (text.length > LIMITS.characters) throw refuse(REASONS.tooManyCharacters);
  const parts = kind === 'markdown' ? splitMarkdown(text) : splitLines(text);
  return { kind, pages: null, parts, problem: null };
}
