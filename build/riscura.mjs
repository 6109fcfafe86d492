/**
 * npm run -s riscura -- COMMAND …: the command line of the console, with what it needs set up and built.
 */
import { ensureAppBuild } from './setup/appBuild.mjs';
import { inCheckout } from './setup/checkout.mjs';
import { runCommand } from './setup/command.mjs';
import { runInForeground } from './setup/run.mjs';
import { setUp } from './setup/setUp.mjs';
import { toolEnvironment, toolNode } from './setup/tools.mjs';

await runCommand(async () => {
  const environment = await setUp();
  await ensureAppBuild();
  return runInForeground(toolNode, [inCheckout('out/main/riscura.js'), ...process.argv.slice(2)], {
    env: toolEnvironment(environment),
  });
});
