/** npm run dev: does the set-up that is missing and opens the console with hot reload. Arguments go to the console. */
import { runCommand } from './setup/command.mjs';
import { hasDisplay } from './setup/display.mjs';
import { SetupError, say } from './setup/progress.mjs';
import { sampleEnvironment } from './setup/sampleEnvironment.mjs';
import { whyNoSandbox } from './setup/sandbox.mjs';
import { setUp } from './setup/setUp.mjs';
import { runTool } from './setup/tools.mjs';

await runCommand(async () => {
  if (!hasDisplay()) {
    throw new SetupError(
      'There is no display here for a window. Run npm start for the demonstration on a virtual one.',
    );
  }
  const environment = await setUp();
  const reason = whyNoSandbox();
  if (reason) say(`\nChromium’s sandbox is off, because ${reason}.`);
  const sandbox = reason ? ['--noSandbox'] : [];
  return runTool('electron-vite', ['dev', ...sandbox, '--', ...process.argv.slice(2)], {
    ...environment,
    ...sampleEnvironment(process.argv),
    ELECTRON_EXEC_PATH: environment.RISCURA_ELECTRON,
  });
});
