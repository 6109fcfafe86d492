import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}
interface TestReport {
  readReport(file: string, startedAt: number): Counts;
  closingLine(counts: Counts): string;
}

const library: TestReport = await import(new URL('../../../build/testReport.mjs', import.meta.url).href);
const folder = mkdtempSync(join(tmpdir(), 'riscura-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(report: unknown): Counts {
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(report));
  return library.readReport(file, 0);
}

test('the closing line says what the runner counted', () => {
  const counts = written({
    numPassedTests: 12,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
      { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
    ],
  });
  expect(library.closingLine(counts)).toBe('12 passed, 1 failed, 3 skipped');
});

test('a file of tests that could not be loaded is a failure', () => {
  const broken = { status: 'failed', assertionResults: [] };
  const counts = written({ numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, testResults: [broken] });
  expect(library.closingLine(counts)).toBe('3 passed, 1 failed');
});

test('a report that was not written, or is an older one, is a failure', () => {
  expect(library.readReport(join(folder, 'missing.json'), 0).failed).toBe(1);
  written({ numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, testResults: [] });
  expect(library.readReport(join(folder, 'report.json'), Date.now() + 60_000).failed).toBe(1);
});
