import { z } from 'zod';
import { DOCUMENT_MAX_BYTES, DocumentKind } from '../../contract';

/** What a document may hold at most. */
export const LIMITS = {
  bytes: DOCUMENT_MAX_BYTES,
  pages: 2_000,
  characters: 5_000_000,
  /** Of an archive: entries, bytes after unpacking of the parts that are read, and how much they may grow. */
  entries: 4_000,
  unpackedBytes: 100 * 1024 * 1024,
  ratio: 200,
  /** Milliseconds that the host gives itself; the engine gives it a little more. */
  time: 60_000,
} as const;

export const ParseParams = z.object({
  name: z.string().max(500),
  content: z.base64().max(Math.ceil(DOCUMENT_MAX_BYTES / 3) * 4 + 4),
});

export const Parsed = z.object({
  kind: DocumentKind,
  pages: z.number().int().nonnegative().max(LIMITS.pages).nullable(),
  parts: z
    .array(z.object({ place: z.string().max(300), text: z.string().min(1).max(LIMITS.characters) }))
    .min(1)
    .max(200_000),
  problem: z.string().max(300).nullable(),
});
