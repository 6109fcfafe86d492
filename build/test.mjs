/** npm test: does the set-up that is missing, then lint, types, build and every test there is. */
import { appBuilds } from './setup/appBuild.mjs';
import { checkout, inCheckout } from './setup/checkout.mjs';
import { runCommand } from './setup/command.mjs';
import { say } from './setup/progress.mjs';
import { runInForeground } from './setup/run.mjs';
import { setUp } from './setup/setUp.mjs';
import { runTool, toolEnvironment } from './setup/tools.mjs';
import { closingLine, readReport } from './testReport.mjs';

const REPORT = inCheckout('out/test/vitest.json');

await runCommand(async () => {
  const environment = await setUp({ tests: true });
  const checks = {
    lint: await npmScript('lint'),
    typecheck: await npmScript('typecheck'),
    build: await appBuilds(),
  };
  say('\nTests');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const startedAt = Date.now();
  const code = await runTool('vitest', ['run', ...reporters, ...process.argv.slice(2)], environment);
  const report = readReport(REPORT, startedAt);

  say('');
  for (const [name, passed] of Object.entries(checks)) say(`${name}: ${passed ? 'passed' : 'FAILED'}`);
  if (code !== 0 && report.failed === 0)
    say(`The test runner ended with code ${code}, though no test failed.`);
  say(closingLine(report));
  return code === 0 && report.failed === 0 && Object.values(checks).every(Boolean) ? 0 : 1;
});

/**
 * @param {string} name
 * @returns {Promise<boolean>} whether it passed
 */
async function npmScript(name) {
  say(`\nnpm run ${name}`);
  const options = { cwd: checkout, env: toolEnvironment(), shell: process.platform === 'win32' };
  return (await runInForeground('npm', ['run', '--silent', name], options)) === 0;
}
