import { existsSync, readFileSync, statSync } from 'node:fs';

/**
 * How many tests passed, failed and were skipped, as the runner's own report says. A file of tests that could
 * not even be loaded counts as one failure; so does a report that the runner did not write.
 * @param {string} file
 * @param {number} startedAt
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
export function readReport(file, startedAt) {
  if (!existsSync(file) || statSync(file).mtimeMs < startedAt) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const broken = report.testResults.filter(isBrokenFile).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/** @param {{ passed: number, failed: number, skipped: number }} counts */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** @param {{ status: string, assertionResults: { status: string }[] }} result */
function isBrokenFile({ status, assertionResults }) {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
}
