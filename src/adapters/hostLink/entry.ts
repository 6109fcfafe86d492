import { SECRET_VARIABLE, SOCKET_VARIABLE } from './protocol';
import { type HostOptions, serveHost } from './server';

const FRAMES_SHOWN = 6;

/**
 * Runs a host from start to end: takes socket and secret from the environment (and out of it), serves the one
 * engine, and ends the process when the engine has left.
 *
 * Standard error gets the kind and the place of what went wrong inside, never its words: they may be a
 * stranger's document or somebody's question.
 */
export async function runHost(
  options: Omit<HostOptions, 'socketPath' | 'secret' | 'onProblem'>,
): Promise<never> {
  const socketPath = take(SOCKET_VARIABLE);
  const secret = take(SECRET_VARIABLE);
  const onProblem = (method: string, problem: unknown): void => {
    process.stderr.write(`${method}: ${withoutWords(problem)}\n`);
  };
  try {
    await serveHost({ ...options, socketPath, secret, onProblem });
    process.exit(0);
  } catch (error) {
    onProblem('start', error);
    process.exit(1);
  }
}

function take(name: string): string {
  const value = process.env[name];
  delete process.env[name];
  if (!value) {
    process.stderr.write(`${name} is not set: this process is started by the console, not by hand\n`);
    process.exit(2);
  }
  return value;
}

function withoutWords(problem: unknown): string {
  if (!(problem instanceof Error)) return typeof problem;
  const frames = (problem.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [problem.name, ...frames.slice(0, FRAMES_SHOWN)].join('\n');
}
