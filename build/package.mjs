/**
 * npm run package: makes `out/package/PLATFORM`, the folder that a person gets, with everything that it needs set up
 * and built.
 */
import { PROGRAM, packageConsole } from './package/index.mjs';
import { ensureAppBuild } from './setup/appBuild.mjs';
import { inCheckout } from './setup/checkout.mjs';
import { runCommand } from './setup/command.mjs';
import { done, SetupError, say, step } from './setup/progress.mjs';
import { setUp } from './setup/setUp.mjs';

await runCommand(async () => {
  if (process.platform !== 'linux')
    throw new SetupError(
      'The console is packaged on Linux only so far: macOS and Windows want a signature and the digest of the archive in it.',
    );
  const environment = await setUp();
  await ensureAppBuild();
  const target = inCheckout('out/package', `${process.platform}-${process.arch}`);
  await step('Package', async (report) => {
    report('copying Electron, Node, the application, the hosts and the models');
    await packageConsole({
      electron: environment.RISCURA_ELECTRON,
      target,
      models: environment.RISCURA_MODELS,
      betterSqlite3: environment.RISCURA_BETTER_SQLITE3_BINDING,
    });
    return done();
  });
  if (environment.RISCURA_BETTER_SQLITE3_BINDING)
    say(
      '\nThis package holds an Electron that is no longer supported: it is for trying out, not for anybody to use. With\n' +
        'the official Electron in reach the same command makes one that is.',
    );
  say(`\n${target}/${PROGRAM}`);
  return 0;
});
