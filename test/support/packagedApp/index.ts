import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Desktop, until } from '../desktop';
import { programIn } from './variants';

export * from './variants';

const END_MS = 15_000;

export interface StartOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it is started as a Node would be, with nothing before the arguments that are given. */
  readonly node?: boolean;
  /** The folder in which the system keeps what belongs to programs; an empty one of its own when none is given. */
  readonly config?: string;
  /** Whether the pipes 3 and 4 of a driver are given to it. */
  readonly pipes?: boolean;
}

/** A packaged console that runs. It is seen from outside only: nothing opens it to a driver. */
export interface PackagedConsole {
  readonly child: ChildProcess;
  /** What it has written so far. */
  output(): string;
  /** Where it keeps its data when nobody has told it otherwise. */
  readonly dataFolder: string;
  /** The processes of it that there are, with their command lines. */
  processes(): { pid: number; line: string }[];
  /** The TCP ports that any of them listens at. */
  listensAt(): number[];
  /** Resolves with its exit code when it ends. */
  ended(): Promise<number | null>;
  /** Ends it as a person would. */
  quit(): Promise<void>;
}

let starts = 0;

/** Where a packaged console keeps its data within the folder of the system for such things. */
export function dataFolderIn(config: string): string {
  return join(config, 'RISCURA Console/data');
}

/** Starts the program of a package on a desktop, as the desktop's user. */
export function startPackaged(desktop: Desktop, folder: string, options: StartOptions = {}): PackagedConsole {
  const program = programIn(folder);
  const given: string[] = JSON.parse(process.env.RISCURA_ELECTRON_ARGS ?? '[]');
  const args = [...(options.node ? [] : [...given, '--disable-gpu']), ...(options.args ?? [])];
  starts += 1;
  const config = options.config ?? desktop.makeFolder(`config-${starts}`);
  const child = spawn(desktop.launcherOf(program), args, {
    env: { ...desktop.env, XDG_CONFIG_HOME: config, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', ...(options.pipes ? (['pipe', 'pipe'] as const) : [])],
    cwd: '/',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (bytes: Buffer) => {
      output += bytes.toString('utf8');
    });
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const processes = () => processesOf(program);
  const ended = async () => {
    await until('the end of the console', isOver, END_MS);
    return child.exitCode;
  };
  return {
    child,
    output: () => output,
    dataFolder: dataFolderIn(config),
    processes,
    listensAt: () => portsOf(processes().map(({ pid }) => pid)),
    ended,
    quit: async () => {
      if (!isOver()) child.kill('SIGTERM');
      await ended();
    },
  };
}

function processesOf(program: string): { pid: number; line: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), line: read(`/proc/${name}/cmdline`).replaceAll('\0', ' ') }))
    .filter(({ pid }) => linkOf(`/proc/${pid}/exe`) === program);
}

/** The ports at which a process listens, out of the kernel's table: state 0A is LISTEN. */
function portsOf(pids: readonly number[]): number[] {
  const inodes = new Set(pids.flatMap(socketsOf));
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => read(file).split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
    .map((fields) => Number.parseInt(fields[1]?.split(':')[1] ?? '', 16));
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode ? [inode] : [];
    });
  } catch {
    // It ended while we looked.
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // A process that ended meanwhile has nothing any more.
    return '';
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
