import type { ExportFormat, ExportPiece } from '../../../contract';

type Cell = string | number | boolean | null;

/** A column of the CSV: its name, and its cell of a record. */
export interface ExportColumn<Item> {
  readonly name: string;
  readonly cell: (item: Item) => Cell;
}

/**
 * Texts that a spreadsheet takes for a formula (OWASP, CSV Injection), and those that would be one without the
 * apostrophes before it: so that what is read back is what was written.
 */
const FORMULA = /^'*[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;
const LINE_END = '\r\n';

/** So many records are read at once for an export. */
export const EXPORT_PAGE = 500;

/** A time as a file shows it (RFC 3339, UTC). @param at milliseconds since 1970 */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

/** What the audit event of an export says: its format and which filters were set, never to what. */
export function exportDetail(format: ExportFormat, filter: object): { format: string; filter: string } {
  const asked = Object.entries(filter).filter(([, value]) => value !== null && value !== '');
  return { format, filter: asked.map(([name]) => name).join(' ') };
}

/** A cell of RFC 4180; a text that a spreadsheet would calculate has an apostrophe before it. */
function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const harmless = FORMULA.test(value) ? `'${value}` : value;
  return QUOTED.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** What a cell of such a file was before: without the apostrophe that kept a spreadsheet from calculating it. */
export function unguardedCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

function csvLine(cells: readonly Cell[]): string {
  return cells.map(csvCell).join(',') + LINE_END;
}

/**
 * Writes records as CSV (RFC 4180, with a head) or as JSON Lines, page by page.
 * @param pages the records in their order
 */
export async function* exportRecords<Item>(
  format: ExportFormat,
  columns: readonly ExportColumn<Item>[],
  pages: AsyncIterable<readonly Item[]>,
): AsyncGenerator<ExportPiece> {
  let records = 0;
  if (format === 'csv') yield { text: csvLine(columns.map(({ name }) => name)), records };
  for await (const page of pages) {
    const lines = page.map((item) =>
      format === 'csv' ? csvLine(columns.map(({ cell }) => cell(item))) : `${JSON.stringify(item)}\n`,
    );
    records += page.length;
    yield { text: lines.join(''), records };
  }
}

/** All pages of a list that is read with a cursor, until its end or until the signal aborts. */
export async function* pagesOf<Item>(
  read: (cursor: string | undefined) => Promise<{ items: readonly Item[]; next: string | null }>,
  signal: AbortSignal,
): AsyncGenerator<readonly Item[]> {
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const { items, next } = await read(cursor);
    if (items.length > 0) yield items;
    cursor = next ?? undefined;
  } while (cursor !== undefined);
}
