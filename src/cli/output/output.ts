import type { ShownProblem } from '../failure';
import type { Terminal } from '../terminal';
import { type Column, layTable } from './table';
import { plain, plainText } from './text';

/** Where a command speaks: results on standard output, everything else on standard error. */
export interface Output extends Terminal {
  /** Whether results are JSON. */
  readonly json: boolean;
  /** Whether a person reads along. */
  readonly interactive: boolean;
  /** A result in JSON: one document, or with `asLine` one of several, a line each. */
  value(value: unknown, asLine?: boolean): void;
  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void;
  /** Names and values, one a line. */
  facts(facts: readonly (readonly [name: string, value: string | number | null])[]): void;
  /** A piece of a result as it is, slowed down to what the reader takes. */
  piece(text: string): Promise<void>;
  /** A word to whoever reads along; it is no result. */
  note(text: string): void;
  problem(problem: ShownProblem): void;
}

interface OutputOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly json: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** Speaks to the streams of the process. Colour only goes to a terminal, and not where NO_COLOR is set. */
export function createOutput({ stdout, stderr, json, env }: OutputOptions): Output {
  const styled = (stream: NodeJS.WriteStream, text: string, code: number): string =>
    stream.isTTY && !env.NO_COLOR && env.TERM !== 'dumb' ? `\u001b[${code}m${text}\u001b[0m` : text;
  const write = (text: string): void => {
    stdout.write(`${text}\n`);
  };

  return {
    json,
    interactive: Boolean(stdout.isTTY),
    say: (text) => write(plain(text)),
    progress: (text) => {
      if (stderr.isTTY) stderr.write(`\r\u001b[K${plain(text)}`);
    },
    value: (value, asLine = false) => write(visible(JSON.stringify(value, null, asLine ? 0 : 2))),
    table: (columns, rows) => {
      const [titles = '', ...lines] = layTable(columns, rows, stdout.isTTY ? stdout.columns : null);
      write(styled(stdout, titles, 1));
      for (const line of lines) write(line);
    },
    facts: (facts) => {
      const width = Math.max(...facts.map(([name]) => name.length));
      for (const [name, value] of facts) write(`${name.padEnd(width)}  ${plain(String(value ?? '-'))}`);
    },
    piece: (text) =>
      new Promise((resolve) => {
        // A file goes through a pipe as it is; a terminal takes orders.
        stdout.write(stdout.isTTY ? plainText(text) : text, () => resolve());
      }),
    note: (text) => {
      stderr.write(`${plainText(text)}\n`);
    },
    problem: (problem) => {
      stderr.write(
        json ? `${visible(JSON.stringify(problem))}\n` : inWords(problem, (text) => styled(stderr, text, 31)),
      );
    },
  };
}

/** JSON escapes C0 by itself; what else steers a terminal is escaped in the same way and means the same. */
function visible(json: string): string {
  return json.replaceAll(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function inWords(problem: ShownProblem, styled: (text: string) => string): string {
  const { title, detail, fields = [], next, retryAfterMs, incident } = problem;
  const lines = [
    `${styled('riscura:')} ${plainText(title)}`,
    ...(detail === undefined ? [] : [plainText(detail)]),
    ...fields.map(({ path, problem: why }) => `  ${plain(path)}: ${plain(why)}`),
    ...(retryAfterMs === undefined ? [] : [`Wait ${Math.ceil(retryAfterMs / 1000)} s.`]),
    ...(incident === undefined ? [] : [`Incident ${plain(incident)}.`]),
    ...(next === undefined ? [] : [plainText(next)]),
  ];
  return `${lines.join('\n')}\n`;
}
