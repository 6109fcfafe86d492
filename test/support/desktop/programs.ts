import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { asUser, type OrdinaryUser } from './ordinaryUser';

/** Runs programs as a desktop's user in a desktop's environment. */
export interface Programs {
  spawn(command: readonly string[], options: SpawnOptions): ChildProcess;
  /** Calls a method on the session bus: destination, object, method, arguments as dbus-send writes them. */
  callOnBus(call: readonly [string, string, string, ...string[]]): string;
  /** Runs JavaScript (CommonJS) in the Node of the Electron runtime; answers what it prints. */
  runNode(code: string, args?: readonly string[]): string;
  /** Makes the user the owner of a folder and of what is in it. */
  giveToUser(folder: string): void;
}

export function makePrograms(
  user: OrdinaryUser | undefined,
  env: NodeJS.ProcessEnv,
  launcher: string,
): Programs {
  const words = (command: readonly string[]): [string, string[]] => {
    const [program = '', ...args] = [...asUser(user), ...command];
    return [program, args];
  };
  return {
    spawn: (command, options) => spawn(...words(command), { ...options, env: { ...env, ...options.env } }),
    callOnBus: ([destination, ...call]) => {
      const send = [
        'dbus-send',
        '--session',
        '--print-reply',
        '--reply-timeout=5000',
        `--dest=${destination}`,
      ];
      return output(...words([...send, ...call]), env);
    },
    runNode: (code, args = []) =>
      output(launcher, ['-e', code, ...args], { ...env, ELECTRON_RUN_AS_NODE: '1' }),
    giveToUser: (folder) => {
      if (user) output('chown', ['-R', `${user.uid}:${user.gid}`, folder], process.env);
    },
  };
}

function output(command: string, args: readonly string[], env: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { env, encoding: 'utf8', cwd: '/' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr.trim()}`);
  return stdout;
}
