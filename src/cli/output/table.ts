import { plain } from './text';

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string | number;
  readonly align?: 'right';
  /** Whether it gives way where the terminal is too narrow. */
  readonly shrinks?: boolean;
}

const GAP = '  ';
/** A column that gives way keeps so many characters. */
const LEAST = 6;

/**
 * Lays rows out in columns.
 * @param width characters of a line; `null` cuts nothing, which is what a pipe wants
 * @returns lines, the titles first
 */
export function layTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number | null,
): string[] {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ of }) => plain(String(of(row))))),
  ];
  const wanted = columns.map((_, index) => Math.max(...cells.map((line) => lengthOf(line[index] ?? ''))));
  const widths = width === null ? wanted : fitted(columns, wanted, width);
  return cells.map((line) =>
    line
      .map((cell, index) => place(cell, widths[index] ?? 0, columns[index]?.align === 'right'))
      .join(GAP)
      .trimEnd(),
  );
}

/** Takes from the widest of those columns that give way, until the line fits or nobody gives any more. */
function fitted(
  columns: readonly Pick<Column<never>, 'shrinks'>[],
  wanted: readonly number[],
  width: number,
): number[] {
  const widths = [...wanted];
  let over = widths.reduce((sum, one) => sum + one, 0) + GAP.length * (widths.length - 1) - width;
  while (over > 0) {
    const giving = widths
      .map((size, index) => ({ size, index }))
      .filter(({ size, index }) => columns[index]?.shrinks && size > LEAST)
      .sort((one, other) => other.size - one.size)[0];
    if (!giving) break;
    widths[giving.index] = giving.size - 1;
    over -= 1;
  }
  return widths;
}

function lengthOf(text: string): number {
  return [...text].length;
}

function place(text: string, width: number, right: boolean): string {
  const letters = [...text];
  const cut = letters.length > width ? `${letters.slice(0, Math.max(0, width - 1)).join('')}…` : text;
  const room = ' '.repeat(Math.max(0, width - lengthOf(cut)));
  return right ? room + cut : cut + room;
}
