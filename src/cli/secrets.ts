import { closeSync, openSync, readFileSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { failure } from './failure';

/** Where a command gets what nobody may read along: never from its arguments. */
export interface Secrets {
  /** Whether there is a file, or a terminal to ask at. */
  readonly canAsk: boolean;
  /** Whether a person types what is asked for. */
  readonly asksAtTerminal: boolean;
  /** @throws Failure USAGE when there is nowhere to get it from, INTERRUPTED */
  password(question: string): Promise<string>;
  /** The code of a second factor. It comes from the line after the password, where that came from a file. */
  code(question: string): Promise<string>;
}

const CONTROL_C = '\u0003';
const CONTROL_D = '\u0004';
const CONTROL_U = '\u0015';

/** Opens the terminal of the person even where standard input is a pipe. @returns `null` when there is none */
function openTerminal(): { input: ReadStream; close: () => void } | null {
  if (process.stdin.isTTY) return { input: process.stdin, close: () => process.stdin.pause() };
  if (process.platform === 'win32') return null;
  try {
    const descriptor = openSync('/dev/tty', 'r');
    const input = new ReadStream(descriptor);
    return { input, close: () => input.destroy() };
  } catch {
    return null;
  }
}

/**
 * Asks at the terminal.
 * @param hidden whether what is typed is not shown
 * @returns `null` when there is no terminal
 * @throws Failure INTERRUPTED
 */
export async function askAtTerminal(question: string, hidden: boolean): Promise<string | null> {
  const terminal = openTerminal();
  if (!terminal) return null;
  const { input, close } = terminal;
  // Before the question: what is typed at once would be shown by the terminal itself.
  input.setRawMode(true);
  input.setEncoding('utf8');
  process.stderr.write(question);
  try {
    return await readLine(input, hidden);
  } finally {
    input.setRawMode(false);
    process.stderr.write('\n');
    close();
  }
}

function readLine(input: ReadStream, hidden: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const end = (finish: () => void): void => {
      input.off('data', onData);
      finish();
    };
    const onData = (text: string | Buffer): void => {
      for (const letter of String(text)) {
        if (letter === '\r' || letter === '\n') return void end(() => resolve(typed.join('')));
        if (letter === CONTROL_C || letter === CONTROL_D) {
          return void end(() => reject(failure('INTERRUPTED', 'The question was not answered.')));
        }
        if (letter === CONTROL_U) typed = [];
        else if (letter === '\b' || letter === '\u007f') erase();
        else if (letter >= ' ') add(letter);
      }
    };
    const erase = (): void => {
      if (typed.pop() !== undefined && !hidden) process.stderr.write('\b \b');
    };
    const add = (letter: string): void => {
      typed.push(letter);
      if (!hidden) process.stderr.write(letter);
    };
    input.on('data', onData);
    input.resume();
  });
}

function hasTerminal(): boolean {
  if (process.stdin.isTTY) return true;
  if (process.platform === 'win32') return false;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

/** Reads a small file with a secret; `-` is standard input. @throws Failure USAGE */
export function readSecretFile(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (problem) {
    const { code } = problem as NodeJS.ErrnoException;
    throw failure('USAGE', `${file === '-' ? 'Standard input' : file} cannot be read (${code}).`);
  }
}

/** @param file with the password on its first line, and a code on its second where one is asked for */
export function createSecrets(file: string | undefined): Secrets {
  let lines: string[] | null = null;

  async function get(line: number, what: string, question: string): Promise<string> {
    if (file !== undefined) {
      lines ??= readSecretFile(file).split(/\r?\n/);
      const text = lines[line] ?? '';
      if (text === '') throw failure('USAGE', `The password file holds no ${what} on line ${line + 1}.`);
      return text;
    }
    const typed = await askAtTerminal(question, true);
    if (typed !== null) return typed;
    const next = 'Give it with --password-file FILE, or - for standard input.';
    throw failure('USAGE', `There is no terminal to ask for the ${what} at.`, next);
  }

  return {
    asksAtTerminal: file === undefined,
    canAsk: file !== undefined || hasTerminal(),
    password: (question) => get(0, 'password', question),
    code: (question) => get(1, 'code', question),
  };
}
