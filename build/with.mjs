/**
 * Runs one program of a dependency with everything set up, for instance a part of the tests:
 *   node build/with.mjs vitest run test/e2e/signIn.test.ts
 */
import { appBuilds } from './setup/appBuild.mjs';
import { runCommand } from './setup/command.mjs';
import { SetupError } from './setup/progress.mjs';
import { setUp } from './setup/setUp.mjs';
import { runTool } from './setup/tools.mjs';

await runCommand(async () => {
  const [program, ...args] = process.argv.slice(2);
  if (!program) throw new SetupError('Usage: node build/with.mjs PROGRAM [arguments]');
  const environment = await setUp({ tests: true });
  await appBuilds();
  return runTool(program, args, environment);
});
