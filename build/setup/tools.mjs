import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { checkout, inCheckout } from './checkout.mjs';
import { run, runInForeground } from './run.mjs';

/** Node 24 for the tools, which want more than the oldest Node the set-up itself runs on. */
export const toolNode = inCheckout(
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/**
 * The environment tools run in: Node 24 and the dependencies' programs come first.
 * @param {NodeJS.ProcessEnv} [more]
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment(more = {}) {
  return {
    ...process.env,
    PATH: [inCheckout('node_modules/.bin'), process.env.PATH].join(delimiter),
    ...more,
  };
}

/**
 * Runs a program of a dependency under Node 24, in the foreground.
 * @param {string} packageName
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function runTool(packageName, args, environment) {
  const [command, ...rest] = toolCommand(packageName, args);
  return runInForeground(command, rest, { cwd: checkout, env: toolEnvironment(environment) });
}

/**
 * The command that runs a program of a dependency under Node 24.
 * @param {string} packageName
 * @param {string[]} args
 */
export function toolCommand(packageName, args) {
  return [toolNode, programOf(packageName), ...args];
}

/**
 * Runs a program of a dependency under Node 24 and shows its output only when it fails.
 * @param {string} packageName
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, failing?: string }} [options]
 */
export function runToolQuietly(packageName, args, { env, ...options } = {}) {
  const [command, ...rest] = toolCommand(packageName, args);
  return run(command, rest, { cwd: checkout, ...options, env: toolEnvironment(env) });
}

/** @param {string} packageName */
export function packageFile(packageName) {
  return JSON.parse(readFileSync(inCheckout('node_modules', packageName, 'package.json'), 'utf8'));
}

/**
 * The script behind a dependency's program.
 * @param {string} packageName
 */
function programOf(packageName) {
  const { bin } = packageFile(packageName);
  const script = typeof bin === 'string' ? bin : (bin[packageName] ?? Object.values(bin)[0]);
  return inCheckout('node_modules', packageName, script);
}
