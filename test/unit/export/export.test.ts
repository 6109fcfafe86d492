import { describe, expect, it } from 'vitest';
import type { ExportFormat } from '../../../src/contract';
import { type ExportColumn, exportRecords, pagesOf } from '../../../src/engine/mechanism/export';

interface Item {
  readonly name: string;
  readonly size: number | null;
}

const COLUMNS: readonly ExportColumn<Item>[] = [
  { name: 'name', cell: ({ name }) => name },
  { name: 'size', cell: ({ size }) => size },
];

async function exported(format: ExportFormat, items: readonly Item[]) {
  const signal = new AbortController().signal;
  const read = async (cursor = '0') => {
    const next = Number(cursor) + 1;
    return { items: items.slice(next - 1, next), next: next < items.length ? String(next) : null };
  };
  const pieces = [];
  for await (const piece of exportRecords(format, COLUMNS, pagesOf(read, signal))) pieces.push(piece);
  return { text: pieces.map(({ text }) => text).join(''), records: pieces.at(-1)?.records };
}

describe('an export', () => {
  it('as CSV has a head and quotes what RFC 4180 wants quoted', async () => {
    const items = [
      { name: 'plain', size: 1 },
      { name: 'a "quoted", one\nof two lines', size: null },
    ];
    expect(await exported('csv', items)).toEqual({
      text: 'name,size\r\nplain,1\r\n"a ""quoted"", one\nof two lines",\r\n',
      records: 2,
    });
  });

  it('as CSV holds no text that a spreadsheet calculates', async () => {
    const names = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '=HYPERLINK("x","y")'];
    const { text } = await exported(
      'csv',
      names.map((name) => ({ name, size: -1 })),
    );
    const lines = text.split('\r\n').slice(1, -1);
    expect(lines).toHaveLength(names.length);
    for (const line of lines) expect(line).toMatch(/^"?'/);
    for (const line of lines) expect(line).toMatch(/,-1$/);
  });

  it('as JSON Lines holds each record as it is', async () => {
    const items = [
      { name: '=1+1\n', size: null },
      { name: 'Bär', size: 2 },
    ];
    const { text } = await exported('jsonl', items);
    expect(
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ).toEqual(items);
  });

  it('of nothing is a head alone, or nothing', async () => {
    expect((await exported('csv', [])).text).toBe('name,size\r\n');
    expect((await exported('jsonl', [])).text).toBe('');
  });

  it('ends when it is cancelled', async () => {
    const leave = new AbortController();
    const pages = pagesOf(async () => ({ items: [1], next: 'more' }), leave.signal);
    await pages.next();
    leave.abort();
    await expect(pages.next()).rejects.toMatchObject({ name: 'AbortError' });
  });
});
