/**
 * npm start: does the set-up that is missing, builds, and opens the console.
 *   --demo    plays the guided demonstration instead; so it does where there is no display
 *   --sample  opens it with sample data
 * Other arguments go to the console.
 */
import { mkdirSync } from 'node:fs';
import { ensureAppBuild } from './setup/appBuild.mjs';
import { checkout, inCheckout } from './setup/checkout.mjs';
import { runCommand } from './setup/command.mjs';
import { hasDisplay } from './setup/display.mjs';
import { withoutNetwork } from './setup/networkNamespace.mjs';
import { say } from './setup/progress.mjs';
import { runInForeground } from './setup/run.mjs';
import { sampleEnvironment } from './setup/sampleEnvironment.mjs';
import { whyNoSandbox } from './setup/sandbox.mjs';
import { setUp } from './setup/setUp.mjs';
import { toolCommand, toolEnvironment } from './setup/tools.mjs';

const DEMONSTRATION = 'test/e2e/demo/run.ts';

await runCommand(async () => {
  const given = process.argv.slice(2);
  const forConsole = given.filter((argument) => argument !== '--demo');
  const environment = await setUp({ virtualDesktop: !hasDisplay() || given.includes('--demo') });
  await ensureAppBuild();
  return given.includes('--demo') || !hasDisplay()
    ? playDemonstration(environment)
    : openConsole(environment, forConsole);
});

/**
 * @param {Record<string, string>} environment
 * @param {string[]} args
 */
function openConsole(environment, args) {
  const reason = whyNoSandbox();
  say(`\nOpening the console${reason ? ` without Chromium’s sandbox, because ${reason}` : ''}.`);
  const command = environment.RISCURA_ELECTRON;
  return runInForeground(command, [checkout, ...(reason ? ['--no-sandbox'] : []), ...args], {
    env: { ...process.env, ...environment, ...sampleEnvironment(args) },
  });
}

/** @param {Record<string, string>} environment */
async function playDemonstration(environment) {
  const screenshots = inCheckout('out/demo');
  mkdirSync(screenshots, { recursive: true });
  const namespace = withoutNetwork();
  const onScreen = hasDisplay();
  say(`\nGuided demonstration, ${onScreen ? 'on your screen' : 'on a virtual display'},`);
  say(
    namespace
      ? 'in a network namespace that has loopback and no way out.'
      : 'with the network as it is: this system does not allow a network namespace of its own.',
  );
  const [command, ...args] = [...(namespace ?? []), ...toolCommand('tsx', [inCheckout(DEMONSTRATION)])];
  const code = await runInForeground(command, args, {
    cwd: checkout,
    env: toolEnvironment({
      ...environment,
      RISCURA_OUT: screenshots,
      RISCURA_DISPLAY: onScreen ? 'real' : 'virtual',
      RISCURA_NETWORK: namespace ? 'none' : 'open',
    }),
  });
  say(`\nScreenshots are in ${screenshots}.`);
  if (!onScreen) {
    say(
      'To see the window on a real screen, run npm start in a desktop session, or log in with ssh -X and run it there.',
    );
  }
  return code;
}
