import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { SetupError } from './progress.mjs';

const LINES_SHOWN_ON_FAILURE = 40;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends what still runs in the background, when the command as a whole has failed. */
export function stopRunning() {
  for (const child of running) child.kill();
}

/**
 * Runs a program to its end and keeps what it prints; shows it only when the program fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, failing?: string, signal?: AbortSignal, shell?: boolean }} [options]
 * @returns {Promise<string>} what it wrote to standard output
 */
export function run(command, args, { failing, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    running.add(child);
    let output = '';
    let everything = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      everything += chunk;
    });
    child.stderr.on('data', (chunk) => {
      everything += chunk;
    });
    child.once('error', (error) => reject(new SetupError(`${failing ?? command}: ${error.message}`)));
    child.once('close', (code, signal) => {
      running.delete(child);
      if (code === 0) return resolve(output);
      const tail = stripVTControlCharacters(everything)
        .trimEnd()
        .split('\n')
        .slice(-LINES_SHOWN_ON_FAILURE)
        .join('\n');
      reject(
        new SetupError(`${failing ?? [command, ...args].join(' ')} ended with ${signal ?? code}:\n${tail}`),
      );
    });
  });
}

/**
 * Runs a program in the foreground, its output going straight to the terminal; passes Ctrl-C on.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean }} [options]
 * @returns {Promise<number>} its exit code; 128 and more for a signal
 */
export function runInForeground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const passOn = (signal) => child.kill(signal);
    process.on('SIGINT', passOn);
    process.on('SIGTERM', passOn);
    child.once('error', (error) => reject(new SetupError(`${command}: ${error.message}`)));
    child.once('close', (code, signal) => {
      process.off('SIGINT', passOn);
      process.off('SIGTERM', passOn);
      resolve(code ?? (signal ? 130 : 1));
    });
  });
}

/**
 * Does this program run and answer with success? For questions, not for work.
 * @param {string} command
 * @param {string[]} args
 */
export function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/**
 * Where a program lies on the PATH.
 * @param {string} name
 * @returns {string | undefined}
 */
export function findProgram(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const ending of endings) {
      const candidate = join(folder, name + ending);
      if (isExecutable(candidate)) return candidate;
    }
  }
  return undefined;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
