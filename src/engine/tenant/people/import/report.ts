import type { ImportLine, ImportPreview, ImportReport } from '../../../../contract';
import { type ExportColumn, exportRecords, isoTime } from '../../../mechanism/export';

type Reported = ImportReport['lines'][number];

const LINES: readonly ExportColumn<ImportLine>[] = [
  { name: 'line', cell: ({ line }) => line },
  { name: 'email', cell: ({ email }) => email },
  { name: 'name', cell: ({ name }) => name },
  { name: 'result', cell: ({ verdict }) => verdict },
  { name: 'problem', cell: ({ problem }) => problem },
  { name: 'words', cell: ({ words }) => words },
];

const REPORTED: readonly ExportColumn<Reported>[] = [
  ...LINES,
  { name: 'code', cell: ({ code }) => code },
  {
    name: 'code_expires',
    cell: ({ codeExpiresAt }) => (codeExpiresAt === null ? null : isoTime(codeExpiresAt)),
  },
];

export function countsOf(lines: readonly ImportLine[]): ImportPreview['counts'] {
  const counts = { new: 0, changed: 0, unchanged: 0, error: 0 };
  for (const { verdict } of lines) counts[verdict] += 1;
  return counts;
}

/** The lines of a preview as CSV. */
export const linesAsCsv = (lines: readonly ImportLine[]): Promise<string> => written(LINES, lines);

/** The lines of a report as CSV, with the codes. */
export const reportAsCsv = (lines: readonly Reported[]): Promise<string> => written(REPORTED, lines);

async function written<Item>(columns: readonly ExportColumn<Item>[], items: readonly Item[]) {
  async function* pages() {
    yield items;
  }
  let text = '';
  for await (const piece of exportRecords('csv', columns, pages())) text += piece.text;
  return text;
}
