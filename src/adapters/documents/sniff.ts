import type { DocumentKind } from '../../contract';
import { REASONS, refuse } from './refuse';

/** What the bytes are, as far as it matters here. */
type Found = 'pdf' | 'zip' | 'ole' | 'text';

const TEXT_NAMES: ReadonlySet<string> = new Set(['', 'txt', 'text', 'csv', 'log']);
const MARKDOWN_NAMES: ReadonlySet<string> = new Set(['md', 'markdown']);

/**
 * Decides by the bytes what a document is, and holds its name against it.
 * @throws ConsoleError DOCUMENT_REFUSED when the name says otherwise, or nobody reads such files
 */
export function sniff(name: string, bytes: Uint8Array): DocumentKind {
  const extension = extensionOf(name);
  const found = look(bytes);
  if (found === 'ole')
    throw refuse(hasEncryptedPackage(bytes) ? REASONS.encrypted : 'It is of an old format. Save it as DOCX.');
  const expected = expectedOf(extension);
  if (expected === null)
    throw refuse(`Files named .${extension} are not read; text, Markdown, PDF and DOCX are.`);
  const kind = found === 'zip' ? 'docx' : found;
  const fits = expected === kind || (expected === 'markdown' && kind === 'text');
  if (!fits)
    throw refuse(
      `It is named as ${WORDS[expected]}, but it is ${found === 'zip' ? 'an archive' : WORDS[kind]}.`,
    );
  return expected;
}

const WORDS: Readonly<Record<DocumentKind, string>> = {
  text: 'text',
  markdown: 'Markdown',
  pdf: 'a PDF',
  docx: 'a DOCX',
};

function extensionOf(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1);
  const dot = last.lastIndexOf('.');
  return dot < 0
    ? ''
    : last
        .slice(dot + 1)
        .toLowerCase()
        .replace(/[^a-z0-9]/g, '')
        .slice(0, 12);
}

function expectedOf(extension: string): DocumentKind | null {
  if (TEXT_NAMES.has(extension)) return 'text';
  if (MARKDOWN_NAMES.has(extension)) return 'markdown';
  return extension === 'pdf' || extension === 'docx' ? extension : null;
}

function look(bytes: Uint8Array): Found {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024));
  if (head.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1'))) return 'zip';
  if (head.subarray(0, 8).equals(Buffer.from('d0cf11e0a1b11ae1', 'hex'))) return 'ole';
  // ISO 32000 lets readers accept a header anywhere in the first 1024 bytes.
  return head.includes('%PDF-') ? 'pdf' : 'text';
}

/** An encrypted Office document is an OLE file with a stream of this name (MS-OFFCRYPTO). */
function hasEncryptedPackage(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(
    Buffer.from('EncryptedPackage', 'utf16le'),
  );
}
