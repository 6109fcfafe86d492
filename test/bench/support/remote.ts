import { fork } from 'node:child_process';
import { join } from 'node:path';

/** What a process of the bench does when it is told to. Everything goes through structured messages. */
export type Commands = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

interface Request {
  readonly id: number;
  readonly name: string;
  readonly args: readonly never[];
}

type Answer = { readonly id: number } & ({ readonly result: unknown } | { readonly problem: string });

/** A process of the bench as the one that started it sees it. */
export interface Remote<C extends Commands> {
  readonly pid: number;
  call<Name extends keyof C & string>(name: Name, ...args: Parameters<C[Name]>): ReturnType<C[Name]>;
  stop(): Promise<void>;
}

/** Serves the commands of this process until the one that started it leaves. */
export function serve(commands: Commands): void {
  process.on('message', async ({ id, name, args }: Request) => {
    try {
      reply({ id, result: await commands[name]?.(...args) });
    } catch (problem) {
      reply({ id, problem: problem instanceof Error ? (problem.stack ?? problem.message) : String(problem) });
    }
  });
  process.on('disconnect', () => process.exit());
}

function reply(answer: Answer): void {
  process.send?.(answer);
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (problem: Error) => void;
}

/**
 * Starts a process of the bench out of its bundle.
 * @param bundles the folder that `bundleProcesses` answered with
 */
export async function start<C extends Commands>(
  bundles: string,
  name: string,
  { execArgv = [], env = {} }: { execArgv?: string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<Remote<C>> {
  const child = fork(join(bundles, `${name}.js`), {
    execArgv: [...execArgv],
    env: { ...process.env, ...env },
    serialization: 'advanced',
  });
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      for (const { reject } of waiting.values()) reject(new Error(`${name} ended with ${signal ?? code}`));
      waiting.clear();
      resolve();
    });
  });
  child.on('message', (message) => {
    const answer = message as Answer;
    const asker = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('problem' in answer) asker?.reject(new Error(`${name}: ${answer.problem}`));
    else asker?.resolve(answer.result);
  });
  const call = (command: string, ...args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      asked += 1;
      waiting.set(asked, { resolve, reject });
      child.send({ id: asked, name: command, args });
    });
  return {
    pid: child.pid ?? 0,
    call: call as unknown as Remote<C>['call'],
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
