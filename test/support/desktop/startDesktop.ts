import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { canMount, commandsToOpen, neededPaths } from './checkout';
import { type Keyring, makeKeyring } from './keyring';
import { writeLauncher, writeLauncherOf } from './launcher';
import { type OrdinaryUser, ordinaryUser } from './ordinaryUser';
import { killMarked, signalMarked } from './processes';
import { makePrograms, type Programs } from './programs';
import { startSessionBus } from './sessionBus';
import { startVirtualDisplay } from './virtualDisplay';

/** A desktop of its own: display, message bus, keyring, home folder. Any number run side by side. */
export interface Desktop {
  /** What a program on this desktop gets as its environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Whom programs run as when root drives the desktop; undefined when they run as ourselves. */
  readonly user: OrdinaryUser | undefined;
  readonly home: string;
  readonly keyring: Keyring;
  readonly programs: Programs;
  /** Starts the Electron runtime on this desktop as its user; takes Electron's arguments. */
  readonly launcher: string;
  /** Writes the program that starts another one of the checkout on this desktop as its user. */
  launcherOf(program: string): string;
  /** A module for Electron's `-r` that keeps `ready` from the application until Playwright is attached. */
  readonly holdReady: string;
  /** Makes a folder in the home, for the desktop's user alone. */
  makeFolder(name: string): string;
  /** Ends everything that was started on it and removes its files. */
  stop(): Promise<void>;
}

/** What of our own environment programs on the desktop get too. */
const PASSED_ON = ['PATH', 'TZ', 'RISCURA_ELECTRON', 'RISCURA_BETTER_SQLITE3_BINDING', 'RISCURA_MODELS'];

/** Starts a desktop; its keyring is unlocked and empty. */
export async function startDesktop(): Promise<Desktop> {
  if (process.platform !== 'linux') throw new Error('A desktop of its own can only be started on Linux.');
  const root = mkdtempSync(join(tmpdir(), 'riscura-desktop-'));
  const user = whoRunsTheConsole(join(root, 'stage'));
  chmodSync(root, 0o711);
  mkdirSync(join(root, 'stage'));
  const home = join(root, 'home');
  const mark = `RISCURA_DESKTOP=${randomBytes(8).toString('hex')}`;
  const makeOwn = (path: string) => {
    mkdirSync(path, { mode: 0o700 });
    if (user) chownSync(path, user.uid, user.gid);
    return path;
  };
  makeOwn(home);
  const runtimeFolder = makeOwn(join(home, 'runtime'));

  const clearUp = () => {
    signalMarked(mark);
    rmSync(root, { recursive: true, force: true });
  };
  process.once('exit', clearUp);

  const env = environment(home, runtimeFolder, mark);
  const launcher = writeLauncher(root, user);
  let launchers = 0;
  // In the desktop's own folder, because its user may not be able to enter the checkout.
  const holdReady = join(root, 'holdReady.cjs');
  copyFileSync(join(import.meta.dirname, 'holdReady.cjs'), holdReady);
  const programs = makePrograms(user, env, launcher);
  const display = process.env.RISCURA_DISPLAY === 'real' ? undefined : await startVirtualDisplay(programs);
  Object.assign(env, display ? { DISPLAY: display.name } : ownScreen());
  const bus = await startSessionBus(programs, runtimeFolder);
  env.DBUS_SESSION_BUS_ADDRESS = bus.address;
  const keyring = makeKeyring(programs, home, randomBytes(12).toString('hex'));
  await keyring.start();

  return {
    env,
    user,
    home,
    keyring,
    programs,
    launcher,
    launcherOf: (program) => {
      launchers += 1;
      return writeLauncherOf(program, join(root, `launcher-${launchers}`), root, user);
    },
    holdReady,
    makeFolder: (name) => makeOwn(join(home, name)),
    stop: async () => {
      await keyring.stop();
      await bus.stop();
      await display?.stop();
      await killMarked(mark);
      process.off('exit', clearUp);
      clearUp();
    },
  };
}

/**
 * Root hands over to the ordinary user, unless the screen is root's own or the user cannot be shown the
 * checkout. The console then runs as root, which is said, because Chromium's sandbox is off.
 */
function whoRunsTheConsole(stage: string): OrdinaryUser | undefined {
  const user = ordinaryUser();
  if (!user || process.env.RISCURA_DISPLAY === 'real') return undefined;
  if (commandsToOpen(user, neededPaths(), stage).length === 0 || canMount()) return user;
  console.warn(
    `${user.name} cannot enter the checkout and nothing may be mounted: the console runs as root.`,
  );
  return undefined;
}

function environment(home: string, runtimeFolder: string, mark: string): NodeJS.ProcessEnv {
  const [name = '', value = ''] = mark.split('=');
  return {
    ...Object.fromEntries(PASSED_ON.map((variable) => [variable, process.env[variable]])),
    LANG: 'C.UTF-8',
    HOME: home,
    XDG_RUNTIME_DIR: runtimeFolder,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_CACHE_HOME: join(home, '.cache'),
    NO_AT_BRIDGE: '1',
    [name]: value,
  };
}

/** The screen of the person who started us, as it is found from another home folder. */
function ownScreen(): NodeJS.ProcessEnv {
  const { DISPLAY, WAYLAND_DISPLAY, XDG_RUNTIME_DIR = '', XAUTHORITY } = process.env;
  return {
    DISPLAY,
    XAUTHORITY: XAUTHORITY ?? join(homedir(), '.Xauthority'),
    ...(WAYLAND_DISPLAY && {
      WAYLAND_DISPLAY: isAbsolute(WAYLAND_DISPLAY) ? WAYLAND_DISPLAY : join(XDG_RUNTIME_DIR, WAYLAND_DISPLAY),
    }),
  };
}
