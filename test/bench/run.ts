import { parseArgs } from 'node:util';
import { addedRow } from './rows/added';
import { auditRow } from './rows/audit';
import { coldStartRow } from './rows/coldStart';
import { httpQueriesRow, httpRow, httpStreamsRow } from './rows/http';
import { memoryRow } from './rows/memory';
import { noisyRow } from './rows/noisy';
import { overviewRow } from './rows/overview';
import { queriesRow } from './rows/queries';
import { readRow } from './rows/read';
import { rotationRow } from './rows/rotation';
import { sessionsRow } from './rows/sessions';
import { signInRow } from './rows/signIn';
import { streamsRow } from './rows/streams';
import { tenantsRow } from './rows/tenants';
import { thousandRow } from './rows/thousand';
import { tokensRow } from './rows/tokens';
import { openBench, type Row } from './support/bench';
import { currentLoad, describeMachine } from './support/machine';
import { keepResult, print } from './support/results';

/*
 * npm run bench [-- ROW… --full --dry --profile FOLDER]: measures the rows that are named, or all, and writes
 * RESULTS.md. `--dry` writes nothing, and rows over large data take less; `--profile` has V8 profiles of the engines written into a folder.
 */
const ROWS: readonly Row[] = [
  addedRow,
  queriesRow,
  streamsRow,
  httpRow,
  httpQueriesRow,
  httpStreamsRow,
  noisyRow,
  thousandRow,
  sessionsRow,
  tenantsRow,
  readRow,
  overviewRow,
  memoryRow,
  auditRow,
  rotationRow,
  coldStartRow,
  tokensRow,
  signInRow,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});

const unknown = positionals.filter((name) => !ROWS.some((row) => row.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no row ${unknown.join(', ')}; there are ${ROWS.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(1);
}

const chosen = ROWS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
console.log(`${describeMachine()}, load average ${currentLoad()}`);
const bench = openBench({ full: values.full, dry: values.dry, profile: values.profile ?? null });
try {
  for (const row of chosen) {
    console.log(`\n${row.name}: ${row.title}`);
    const begun = performance.now();
    const report = await row.run(bench);
    if ('skipped' in report) {
      console.log(`  skipped: ${report.skipped}`);
      continue;
    }
    print(report);
    console.log(`  (${((performance.now() - begun) / 1000).toFixed(0)} s)`);
    if (!values.dry) keepResult(ROWS, row, report);
  }
} finally {
  await bench.stop();
}
