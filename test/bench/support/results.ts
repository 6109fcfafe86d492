import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Line, Report, Row } from './bench';
import { checkout } from './bundles';
import { currentLoad, describeMachine, measuredCommit } from './machine';

const FILE = join(checkout, 'test/bench/RESULTS.md');
const HEAD = [
  '# How fast it is',
  '',
  'Written by `npm run bench`; `npm run bench -- NAME…` measures single rows and leaves the others as they were.',
  'Every figure stands beside a reference measured in the same run, in turns; medians of several rounds after a',
  'warm-up. What is measured are the bundles that ship, under Node, each part in a process of its own.',
];

function table(lines: readonly Line[]): string[] {
  return [
    '| what | target | measured | reference | compared | |',
    '|---|---|---|---|---|---|',
    ...lines.map(
      ({ what, target, measured, reference, compared, met }) =>
        `| ${what} | ${target} | ${measured} | ${reference} | ${compared} | ${met === null ? '' : met ? 'met' : '**missed**'} |`,
    ),
  ];
}

/** The section of a row. */
function section(row: Row, report: Report): string {
  const when = new Date().toISOString().slice(0, 10);
  return [
    `## ${row.name}: ${row.title}`,
    '',
    ...table(report.lines),
    '',
    ...report.notes.map((note) => `- ${note}`),
    `- ${when}, commit ${measuredCommit()}, load average ${currentLoad()} at the end; ${describeMachine()}.`,
  ].join('\n');
}

/** The sections that are there, by the names of their rows. */
function known(): Map<string, string> {
  if (!existsSync(FILE)) return new Map();
  const [, ...sections] = readFileSync(FILE, 'utf8').split(/^## /m);
  return new Map(sections.map((text) => [text.split(':')[0] ?? '', `## ${text.trimEnd()}`]));
}

/** Replaces the section of a row in RESULTS.md. @param order all rows, in the order of the file */
export function keepResult(order: readonly Row[], row: Row, report: Report): void {
  const sections = known().set(row.name, section(row, report));
  const ordered = order.flatMap(({ name }) => sections.get(name) ?? []);
  writeFileSync(FILE, `${[HEAD.join('\n'), ...ordered].join('\n\n')}\n`);
}

/** What a person reads while the bench runs. */
export function print(report: Report): void {
  for (const { what, target, measured, reference, compared, met } of report.lines) {
    const verdict = met === null ? ' ' : met ? '✓' : '✗';
    console.log(
      `  ${verdict} ${what}: ${measured} · ${reference} · ${compared}${target && ` · target ${target}`}`,
    );
  }
}
