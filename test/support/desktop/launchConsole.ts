import { _electron, type ElectronApplication } from 'playwright';
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

const LAUNCH_MS = 60_000;

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
  return _electron.launch({
    executablePath: desktop.launcher,
    chromiumSandbox: sandbox,
    args: [
      ...given,
      '--disable-gpu',
      '-r',
      desktop.holdReady,
      options.app ?? checkout,
      ...(options.args ?? []),
    ],
    cwd: '/',
    env: definedOnly({ ...desktop.env, RISCURA_DATA: dataFolder, ...options.env }),
    timeout: options.timeoutMs ?? LAUNCH_MS,
  });
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
