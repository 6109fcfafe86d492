/** npm run bench: does the set-up that is missing and measures. Arguments go to the bench. */
import { ensureAppBuild } from './setup/appBuild.mjs';
import { inCheckout } from './setup/checkout.mjs';
import { runCommand } from './setup/command.mjs';
import { setUp } from './setup/setUp.mjs';
import { runTool } from './setup/tools.mjs';

await runCommand(async () => {
  const environment = await setUp({ tests: true });
  await ensureAppBuild();
  return runTool('tsx', [inCheckout('test/bench/run.ts'), ...process.argv.slice(2)], environment);
});
