import { isConsoleError } from '../contract';
import { DataFolderRefused } from '../custodian/dataFolder';
import { PassphraseRefused } from '../custodian/passphrase';
import { KEYSTORE_USAGE, keystore } from './keystore';
import { serve } from './serve';
import { SERVE_USAGE } from './serveOptions';
import { CommandProblem, type Terminal } from './terminal';
import { VERIFY_USAGE, verifyFile } from './verify';
import { VERIFY_AUDIT_USAGE, verifyAudit } from './verifyAudit';

/** A command answers the code that the program ends with. */
type Command = (args: readonly string[], terminal: Terminal) => Promise<number>;

const COMMANDS: Readonly<Record<string, { run: Command; usage: string }>> = {
  serve: { run: serve, usage: SERVE_USAGE },
  keystore: { run: keystore, usage: KEYSTORE_USAGE },
  verify: { run: verifyFile, usage: VERIFY_USAGE },
  'verify-audit': { run: verifyAudit, usage: VERIFY_AUDIT_USAGE },
};

const USAGE = `riscura COMMAND\n\n${Object.values(COMMANDS)
  .map(({ usage }) => usage)
  .join('\n\n')}\n`;

const terminal: Terminal = {
  say: (text) => process.stdout.write(`${text}\n`),
  progress: (text) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  },
};

async function main(): Promise<number> {
  const [name = '', ...args] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (!command) {
    process.stderr.write(USAGE);
    return 2;
  }
  try {
    return await command.run(args, terminal);
  } catch (problem) {
    if (
      problem instanceof CommandProblem ||
      problem instanceof DataFolderRefused ||
      problem instanceof PassphraseRefused
    ) {
      process.stderr.write(`${problem.message}\n`);
      return 2;
    }
    if (!isConsoleError(problem)) throw problem;
    process.stderr.write(`${problem.message} ${problem.detail.reason ?? ''}\n${problem.detail.next}\n`);
    return 2;
  }
}

process.exitCode = await main();
