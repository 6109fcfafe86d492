import Papa from 'papaparse';
import { IMPORT_MAX_LINES, ImportDelimiter } from '../../../../contract';
import { unguardedCell } from '../../../mechanism/export';
import { refused } from './decode';

/** Letters of a line of the file; a line of people has a few hundred. */
const LONGEST_LINE = 64 * 1024;
const MOST_COLUMNS = 100;

/** A line of the file that is not blank. */
export interface Row {
  /** As a spreadsheet counts it: the headers are 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface Table {
  readonly delimiter: ImportDelimiter;
  readonly headers: readonly string[];
  readonly rows: readonly Row[];
}

/**
 * Reads CSV (RFC 4180) with headers.
 * @param delimiter what somebody has chosen; `null` finds it out, also from Excel's first line `sep=;`
 * @throws ConsoleError FILE_REFUSED when it is no table of people: too many lines, a line that never ends, a quotation
 *   mark that is not closed
 */
export function readTable(text: string, delimiter: ImportDelimiter | null): Table {
  requireShortLines(text);
  const [declaration = '', said] = /^sep=([,;\t|])\r?\n/i.exec(text) ?? [];
  const body = text.slice(declaration.length);
  const chosen = delimiter ?? ImportDelimiter.safeParse(said).data ?? mostIn(firstLineOf(body));
  const { data, errors } = Papa.parse<string[]>(body, {
    delimiter: chosen,
    // One more than may be there, besides the headers and the blank line at the end.
    preview: IMPORT_MAX_LINES * 2,
  });
  const quotes = errors.find(({ type }) => type === 'Quotes');
  const before = declaration === '' ? 0 : 1;
  if (quotes) {
    throw refused(
      `Line ${(quotes.row ?? 0) + 1 + before}: a quotation mark is not closed or stands where none may.`,
    );
  }
  const [headers = [], ...lines] = data;
  if (headers.every((cell) => cell.trim() === '')) throw refused('It has no headers in its first line.');
  const rows = lines
    .map((cells, index) => ({ line: index + 2 + before, cells: cells.map(cleanCell) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  if (rows.length > IMPORT_MAX_LINES || data.length >= IMPORT_MAX_LINES * 2) {
    throw refused(`It has more than ${IMPORT_MAX_LINES} lines. Split it.`);
  }
  if (data.some(({ length }) => length > MOST_COLUMNS)) {
    throw refused(`It has more than ${MOST_COLUMNS} columns.`);
  }
  return {
    delimiter: chosen,
    headers: headers.map((header, index) => cleanCell(header) || `Column ${index + 1}`),
    rows,
  };
}

/** Whatever a line unpacks to, it is no person: refused before anything is made of it. */
function requireShortLines(text: string): void {
  let begin = 0;
  while (begin < text.length) {
    const end = lineEnd(text, begin);
    if (end - begin > LONGEST_LINE) throw refused('It has a line that is longer than any person’s could be.');
    begin = end + 1;
  }
}

function lineEnd(text: string, begin: number): number {
  const limit = Math.min(text.length, begin + LONGEST_LINE + 2);
  for (let at = begin; at < limit; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === 10 || sign === 13) return at;
  }
  return limit;
}

function firstLineOf(text: string): string {
  return text.slice(0, lineEnd(text, 0));
}

/** What stands most often between the headers, outside of quotation marks. */
function mostIn(headers: string): ImportDelimiter {
  const bare = headers.replace(/"[^"]*"/g, '');
  const count = (delimiter: string) => bare.split(delimiter).length;
  return ImportDelimiter.options.reduce((best, each) => (count(each) > count(best) ? each : best));
}

function cleanCell(cell: string): string {
  return unguardedCell(cell.trim()).trim();
}
