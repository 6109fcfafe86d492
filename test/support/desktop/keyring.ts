import type { ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { end, until } from './processes';
import type { Programs } from './programs';

const SERVICE = 'org.freedesktop.secrets';
const ROOT = '/org/freedesktop/secrets';
const COLLECTION = `${ROOT}/collection/login`;

const COMMAND = ['gnome-keyring-daemon', '--foreground', '--unlock', '--components=secrets'];

/** A keyring without a password, as gnome-keyring writes it: in clear text. */
const UNPROTECTED = '[keyring]\ndisplay-name=Login\nctime=0\nmtime=0\nlock-on-idle=false\nlock-after=false\n';

/**
 * A real Secret Service (gnome-keyring), with what can happen to it. A program that has talked to it before
 * `stop` finds no service afterwards, also when another one has been started: it must be started anew.
 */
export interface Keyring {
  /** Starts it, protected by a password, and unlocked. */
  start(): Promise<void>;
  /** Starts it without a password: its file is in clear text. Secrets it had before are gone. */
  startUnprotected(): Promise<void>;
  /** Ends it: the desktop then has no Secret Service. */
  stop(): Promise<void>;
  lock(): Promise<void>;
  unlock(): Promise<void>;
  /** Deletes every secret; the service stays. */
  empty(): Promise<void>;
  /** Where its files lie. */
  readonly folder: string;
}

export function makeKeyring(programs: Programs, home: string, password: string): Keyring {
  const folder = join(home, '.local/share/keyrings');
  let daemon: ChildProcess | undefined;

  async function begin(unlockWith: string): Promise<void> {
    daemon = programs.spawn(COMMAND, { stdio: ['pipe', 'ignore', 'ignore'] });
    daemon.stdin?.end(unlockWith);
    await until('the keyring', isServed);
  }

  async function start(): Promise<void> {
    await begin(password);
    await until('the unlocked keyring', () => !isLocked());
  }

  async function startUnprotected(): Promise<void> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'login.keyring'), UNPROTECTED);
    writeFileSync(join(folder, 'default'), 'login');
    programs.giveToUser(join(home, '.local'));
    await begin('');
    callService('Unlock');
    await until('the unlocked keyring', () => !isLocked());
  }

  async function stop(): Promise<void> {
    if (daemon) await end(daemon);
    daemon = undefined;
  }

  async function lock(): Promise<void> {
    callService('Lock');
    await until('the lock of the keyring', isLocked);
  }

  async function unlock(): Promise<void> {
    programs.runNode(UNLOCK, [password]);
    await until('the unlocking of the keyring', () => !isLocked());
  }

  async function empty(): Promise<void> {
    for (const item of property(COLLECTION, 'org.freedesktop.Secret.Collection', 'Items').matchAll(
      /"(.+)"/g,
    )) {
      programs.callOnBus([SERVICE, item[1] ?? '', 'org.freedesktop.Secret.Item.Delete']);
    }
  }

  function callService(method: 'Lock' | 'Unlock'): void {
    const name = `org.freedesktop.Secret.Service.${method}`;
    programs.callOnBus([SERVICE, ROOT, name, `array:objpath:${COLLECTION}`]);
  }

  function isServed(): boolean {
    const bus = 'org.freedesktop.DBus';
    return programs.callOnBus([bus, '/', `${bus}.NameHasOwner`, `string:${SERVICE}`]).includes('true');
  }

  function isLocked(): boolean {
    return property(COLLECTION, 'org.freedesktop.Secret.Collection', 'Locked').includes('true');
  }

  function property(object: string, owner: string, name: string): string {
    const get = 'org.freedesktop.DBus.Properties.Get';
    return programs.callOnBus([SERVICE, object, get, `string:${owner}`, `string:${name}`]);
  }

  return {
    start,
    startUnprotected,
    stop,
    lock,
    unlock,
    empty,
    folder,
  };
}

/**
 * Unlocks as PAM does at sign-in: a message on the daemon's control socket (length, operation 1, password),
 * after one byte that carries the sender's credentials; the sender must be the daemon's own user.
 */
const UNLOCK = `
  const [password] = process.argv.slice(1);
  const text = Buffer.from(password);
  const message = Buffer.alloc(13 + text.length);
  message.writeUInt32BE(12 + text.length, 1);
  message.writeUInt32BE(1, 5);
  message.writeUInt32BE(text.length, 9);
  text.copy(message, 13);
  const socket = require('node:net').connect(process.env.XDG_RUNTIME_DIR + '/keyring/control');
  socket.write(message.subarray(0, 1), () => socket.write(message.subarray(1)));
  socket.on('data', () => socket.end());
`;
