import type { DocumentKind } from '../../contract';

/** A stretch of a document's text and where it comes from. */
export interface DocumentPart {
  /** The page, heading or line in words: `page 3`, `Liquidity risk`, `lines 1–40`. */
  readonly place: string;
  readonly text: string;
}

export interface ParsedDocument {
  readonly kind: DocumentKind;
  readonly pages: number | null;
  readonly parts: readonly DocumentPart[];
  /** What of it could not be read, in words, or `null` when all of it was. */
  readonly problem: string | null;
}

/** Reads documents in a process of its own for each, without keys. */
export interface DocumentParser {
  /**
   * @param name the file's name; decides nothing, is only held against what the bytes are
   * @throws ConsoleError DOCUMENT_REFUSED with the reason (too large, encrypted, not what its name says,
   *   damaged, without text), TIMED_OUT, HOST_RESTARTING
   */
  parse(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<ParsedDocument>;
  readonly confined: boolean;
}
