import { _electron, type ElectronApplication, errors } from 'playwright';
import { checkout } from './checkout';
import type { Desktop } from './startDesktop';

export interface ConsoleOptions {
  /** Where the console keeps its data; a new folder of the desktop when none is given. */
  readonly dataFolder?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Another application than the console, for tests of the desktop itself. */
  readonly app?: string;
  readonly timeoutMs?: number;
}

const STALLED_MS = 20_000;
const STALLS = 3;
const LAST_LAUNCH_MS = 60_000;

let launches = 0;

/** Opens the console on a desktop and hands it to Playwright. */
export async function launchConsole(
  desktop: Desktop,
  options: ConsoleOptions = {},
): Promise<ElectronApplication> {
  launches += 1;
  const dataFolder = options.dataFolder ?? desktop.makeFolder(`data-${launches}`);
  const given: string[] = JSON.parse(process.env.RISCURA_ELECTRON_ARGS ?? '[]');
  const sandbox = (process.getuid?.() !== 0 || desktop.user !== undefined) && !given.includes('--no-sandbox');
  const launch = (timeout: number): Promise<ElectronApplication> =>
    _electron.launch({
      executablePath: desktop.launcher,
      chromiumSandbox: sandbox,
      args: [...given, '--disable-gpu', options.app ?? checkout, ...(options.args ?? [])],
      cwd: '/',
      env: definedOnly({ ...desktop.env, RISCURA_DATA: dataFolder, ...options.env }),
      timeout,
    });
  // Now and then Playwright's own hand-shake with a fresh Electron stalls, on a busy machine several times in a
  // row; it never recovers, and ends that Electron itself.
  for (let stalls = 0; stalls < STALLS; stalls += 1) {
    try {
      return await launch(options.timeoutMs ?? STALLED_MS);
    } catch (problem) {
      if (!(problem instanceof errors.TimeoutError)) throw problem;
    }
  }
  return launch(LAST_LAUNCH_MS);
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
