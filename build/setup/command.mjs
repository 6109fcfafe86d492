import { SetupError } from './progress.mjs';
import { stopRunning } from './run.mjs';

/**
 * The frame of every command: runs it, and turns what it could not do into words and an exit code.
 * @param {() => Promise<number>} command
 */
export async function runCommand(command) {
  try {
    process.exitCode = await command();
  } catch (error) {
    stopRunning();
    process.stderr.write(`\n${error instanceof SetupError ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}
