import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type FuzzReport, fuzz, NAMES } from './index';

/** `npm run fuzz -- [--cases N] [--seed N] [--complaints N]` */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    complaints: { type: 'string', default: '20' },
  },
});
const cases = numberOf('cases', values.cases);
const seed = values.seed === undefined ? randomInt(2 ** 30) : numberOf('seed', values.seed);
const startedAt = performance.now();
const SHOWN_EVERY_MS = 10_000;
let shownAt = startedAt;
let shown = 0;

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} must be a whole number.`);
  return value;
}

function seconds(): string {
  return ((performance.now() - startedAt) / 1000).toFixed(0);
}

function print(report: FuzzReport): void {
  const totals = new Map<string, number>();
  for (const of of report.outcomes.values())
    for (const [outcome, times] of of) totals.set(outcome, (totals.get(outcome) ?? 0) + times);
  console.log(`\n${report.cases} messages in ${seconds()} s, ${report.worlds} worlds, seed ${report.seed}`);
  for (const [outcome, times] of [...totals].sort((one, other) => other[1] - one[1]))
    console.log(`${String(times).padStart(9)}  ${outcome}`);
  const never = NAMES.filter((name) => !report.outcomes.get(name)?.has('answered'));
  console.log(`\nProcedures that were never answered with a result: ${never.join(', ') || 'none'}`);
  for (const complaint of report.complaints.slice(shown)) console.log(`\n${complaint}`);
  console.log(`\n${report.complaints.length} complaints`);
}

console.log(`${cases} messages, seed ${seed}`);
const report = await fuzz({
  cases,
  seed,
  mostComplaints: numberOf('complaints', values.complaints),
  onProgress(sent, complaints) {
    for (; shown < complaints.length; shown += 1) console.log(`\n${complaints[shown]}\n`);
    if (performance.now() - shownAt < SHOWN_EVERY_MS) return;
    shownAt = performance.now();
    console.log(`${seconds()} s: ${sent} messages, ${complaints.length} complaints`);
  },
});
print(report);
process.exitCode = report.complaints.length === 0 ? 0 : 1;
