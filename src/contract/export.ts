import { z } from 'zod';

/** CSV as RFC 4180 has it, or JSON Lines: one JSON object a line. Both UTF-8. */
export const ExportFormat = z.enum(['csv', 'jsonl']);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** A piece of an export: the text that follows the piece before, and how many records there are so far. */
export const ExportPiece = z.object({ text: z.string(), records: z.number().int() });
export type ExportPiece = z.infer<typeof ExportPiece>;
