import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { DocumentPart, ParsedDocument } from '../../engine/ports';
import { LIMITS } from './protocol';
import { REASONS, refuse } from './refuse';
import { watchStrays } from './strays';

type PdfLibrary = typeof import('pdfjs-dist/legacy/build/pdf.mjs');

/** The library with its worker in this very process: the process itself is the wall. */
async function loadLibrary(): Promise<PdfLibrary> {
  const [library, worker] = await Promise.all([
    import('pdfjs-dist/legacy/build/pdf.mjs'),
    import('pdfjs-dist/legacy/build/pdf.worker.mjs'),
  ]);
  // Where the library looks for a worker before it would load one from a file of its own.
  Object.assign(globalThis, { pdfjsWorker: worker });
  return library;
}

/** How many pages that could not be read are named; of more than these only the number is said. */
const PAGES_NAMED = 10;

type Pages = Pick<ParsedDocument, 'parts' | 'problem'> & { pages: number };

/**
 * Reads a PDF page by page: no scripts, no `eval`, no fonts of the system, no network. A page that is damaged is left
 * out and named.
 * @param resources the folder that holds pdf.js' `cmaps/` (how Chinese, Japanese and Korean text is encoded) and
 *   `standard_fonts/`, with a slash at its end
 * @param late whether the time is over; asked after every page
 * @throws ConsoleError DOCUMENT_REFUSED
 */
export async function readPdf(bytes: Uint8Array, resources: string, late: () => boolean): Promise<Pages> {
  const library = await loadLibrary();
  const strays = watchStrays();
  const task = library.getDocument({
    data: new Uint8Array(bytes),
    cMapUrl: `${resources}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${resources}standard_fonts/`,
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    disableRange: true,
    disableStream: true,
    disableAutoFetch: true,
    enableXfa: false,
    stopAtErrors: false,
    verbosity: library.VerbosityLevel.ERRORS,
  });
  try {
    const document = await task.promise.catch((error: unknown) => {
      const name = error instanceof Error ? error.name : '';
      throw refuse(name === 'PasswordException' ? REASONS.encrypted : REASONS.damaged);
    });
    const read = await readPages(document, late);
    if ((await strays.count()) > 0) throw refuse(REASONS.pagesUnknown);
    return read;
  } finally {
    await task.destroy();
    await strays.end();
  }
}

async function readPages(document: PDFDocumentProxy, late: () => boolean): Promise<Pages> {
  if (document.numPages > LIMITS.pages) throw refuse(REASONS.tooManyPages);
  const parts: DocumentPart[] = [];
  const unread: number[] = [];
  let characters = 0;
  for (let number = 1; number <= document.numPages; number += 1) {
    if (late()) throw refuse(REASONS.tooSlow);
    const text = await readPage(document, number);
    if (text === null) unread.push(number);
    else if (text !== '') parts.push({ place: `page ${number}`, text });
    characters += text?.length ?? 0;
    if (characters > LIMITS.characters) throw refuse(REASONS.tooManyCharacters);
  }
  if (parts.length === 0) throw refuse(unread.length > 0 ? REASONS.damaged : REASONS.noText);
  return { pages: document.numPages, parts, problem: unread.length > 0 ? unreadInWords(unread) : null };
}

/** The text of a page, or `null` when the page is damaged: pdf.js rejects for nothing else once the file is open. */
async function readPage(document: PDFDocumentProxy, number: number): Promise<string | null> {
  try {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent({ includeMarkedContent: false });
    page.cleanup();
    return items
      .map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
      .join('')
      .trim();
  } catch {
    // What the library says is made of the stranger's bytes; that the page is missing is what counts.
    return null;
  }
}

function unreadInWords(pages: readonly number[]): string {
  if (pages.length > PAGES_NAMED) return `${pages.length} of its pages are damaged and were left out.`;
  const names = new Intl.ListFormat('en', { type: 'conjunction' }).format(pages.map(String));
  return pages.length === 1
    ? `Page ${names} is damaged and was left out.`
    : `Pages ${names} are damaged and were left out.`;
}
