import { CommanderError } from 'commander';
import type { CommandContext } from './commands/context';
import type { Run } from './commands/define';
import type { RunPlain } from './commands/verifying';
import { EXIT, Failure, failure, failureOf } from './failure';
import { openSession } from './open';
import { createOutput, type Output } from './output/output';
import { buildProgram } from './program';
import { createSecrets } from './secrets';

/** Why a command has to end before it is done. */
type Leaving = 'interrupted' | 'pipe-closed' | 'done';

const leaving = new AbortController();

function leave(why: Leaving): void {
  // Whoever asks twice does not want to wait for what is being put away.
  if (leaving.signal.aborted && why === 'interrupted') process.exit(EXIT.interrupted);
  leaving.abort(why);
}

process.stdout.on('error', (problem: NodeJS.ErrnoException) => {
  if (problem.code !== 'EPIPE') throw problem;
  leave('pipe-closed');
});

function outputFor(json: boolean): Output {
  const { stdout, stderr, env } = process;
  return createOutput({ stdout, stderr, env, json });
}

const run: Run = async (options, act) => {
  const output = outputFor(options.json ?? false);
  const secrets = createSecrets(options.passwordFile);
  const { signal } = leaving;
  let closing: (() => Promise<void>) | null = null;
  process.on('SIGINT', () => leave('interrupted'));
  process.on('SIGTERM', () => leave('interrupted'));
  const context: CommandContext = {
    output,
    secrets,
    signal,
    async open(more) {
      const session = await openSession({
        options: { ...options, ...more },
        secrets,
        signal,
        env: process.env,
      });
      closing = session.close;
      return session;
    },
  };
  try {
    const code = (await act(context)) ?? EXIT.ok;
    process.exitCode = signal.reason === 'pipe-closed' ? EXIT.pipeClosed : code;
  } catch (problem) {
    process.exitCode = report(output, problem);
  } finally {
    leave('done');
    await (closing as (() => Promise<void>) | null)?.();
  }
};

const runPlain: RunPlain = async (json, act) => {
  const output = outputFor(json);
  try {
    process.exitCode = await act(output);
  } catch (problem) {
    // Of these 1 says that something was looked at and does not hold; whatever kept it from that is 2.
    process.exitCode = Math.min(report(output, problem), EXIT.usage);
  }
};

/** Says why a command was not done. @returns what the program ends with */
function report(output: Output, problem: unknown): number {
  output.progress('');
  if (leaving.signal.reason === 'pipe-closed') return EXIT.pipeClosed;
  const known = leaving.signal.aborted ? interruptedBy(problem) : failureOf(problem);
  if (known) {
    output.problem(known.problem);
    return known.exitCode;
  }
  output.problem(failure('FAILED', 'The command line itself made a mistake.').problem);
  if (process.env.RISCURA_DEBUG)
    process.stderr.write(`${problem instanceof Error ? problem.stack : problem}\n`);
  return EXIT.internal;
}

/** What fails while one leaves fails because one leaves. */
function interruptedBy(problem: unknown): Failure {
  if (problem instanceof Failure && problem.exitCode === EXIT.interrupted) return problem;
  return failure('INTERRUPTED', 'The command was not finished.');
}

/** What commander says of a command that is wrongly written. */
function reportUsage(problem: CommanderError): number {
  if (problem.exitCode === 0) return EXIT.ok;
  const isJson = process.argv.includes('--json');
  // Without a command it has printed the help, which says it all.
  if (problem.code === 'commander.help') return EXIT.usage;
  outputFor(isJson).problem(failure('USAGE', problem.message.replace(/^error: /, '')).problem);
  return EXIT.usage;
}

try {
  await buildProgram(run, runPlain).parseAsync(process.argv.slice(2), { from: 'user' });
} catch (problem) {
  if (!(problem instanceof CommanderError)) throw problem;
  process.exitCode = reportUsage(problem);
}
