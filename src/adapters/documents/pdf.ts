import type { DocumentPart } from '../../engine/ports';
import { LIMITS } from './protocol';
import { REASONS, refuse } from './refuse';

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

/**
 * Reads a PDF page by page: no scripts, no `eval`, no fonts, no network.
 * @param late whether the time is over; asked after every page
 * @throws ConsoleError DOCUMENT_REFUSED
 */
export async function readPdf(
  bytes: Uint8Array,
  late: () => boolean,
): Promise<{ pages: number; parts: DocumentPart[] }> {
  const library = await loadLibrary();
  const task = library.getDocument({
    data: new Uint8Array(bytes),
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
    const damaged = (): never => {
      throw refuse(REASONS.damaged);
    };
    if (document.numPages > LIMITS.pages) throw refuse(REASONS.tooManyPages);
    const parts: DocumentPart[] = [];
    let characters = 0;
    for (let number = 1; number <= document.numPages; number += 1) {
      if (late()) throw refuse(REASONS.tooSlow);
      const page = await document.getPage(number).catch(damaged);
      const { items } = await page.getTextContent({ includeMarkedContent: false }).catch(damaged);
      const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
      page.cleanup();
      characters += text.length;
      if (characters > LIMITS.characters) throw refuse(REASONS.tooManyCharacters);
      if (text.trim() !== '') parts.push({ place: `page ${number}`, text: text.trim() });
    }
    if (parts.length === 0) throw refuse(REASONS.noText);
    return { pages: document.numPages, parts };
  } finally {
    await task.destroy();
  }
}
