/**
 * npm run fuzz -- [--cases N] [--seed N] [--complaints N]: sends an engine messages of every kind over the protocol of
 * the windows and says what is not as it must be.
 */
import { inCheckout } from './setup/checkout.mjs';
import { runCommand } from './setup/command.mjs';
import { setUp } from './setup/setUp.mjs';
import { runTool } from './setup/tools.mjs';

await runCommand(async () => {
  const environment = await setUp();
  return runTool('tsx', [inCheckout('test/support/fuzz/run.ts'), ...process.argv.slice(2)], environment);
});
