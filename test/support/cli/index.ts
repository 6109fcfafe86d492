import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildSync } from 'esbuild';
import { afterAll, onTestFinished } from 'vitest';
import type { EnginePorts } from '../../../src/engine/ports';
import { openLocalSocket } from '../../../src/server/localSocket';
import { startTestEngine } from '../engine';
import { ADMINISTRATOR, OPERATOR } from '../engine/world';
import { temporaryFolder } from '../temporaryFolder';
import { cliEnvironment } from './environment';

export { cliEnvironment };

const NATIVE = ['@github/keytar', '@journeyapps/sqlcipher', '@node-rs/argon2', 'better-sqlite3', 'electron'];

/** The command line bundled as in the application, once for each file of tests: the sources alone take a second to start. */
const PROGRAM = bundle();

function bundle(): string {
  mkdirSync('out', { recursive: true });
  const folder = mkdtempSync(resolve('out/test-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'riscura.mjs');
  buildSync({
    entryPoints: ['src/cli/riscura.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: NATIVE,
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return outfile;
}

/** What a command said, and what it ended with. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface SpawnWishes {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Node and the command line. */
export const CLI = [process.execPath, PROGRAM] as const;

/** Starts the command line as a process of its own. */
export function startCli(state: string, args: readonly string[], { stdin = '', env }: SpawnWishes = {}) {
  const [node, ...before] = CLI;
  const child = spawn(node, [...before, ...args], { env: cliEnvironment(state, env), stdio: 'pipe' });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const stdout = text(child.stdout);
  const stderr = text(child.stderr);
  const ended: Promise<Ended> = new Promise((done, reject) => {
    child.once('error', reject);
    child.once(
      'close',
      (code) =>
        void Promise.all([stdout, stderr]).then(
          ([out, err]) => done({ code, stdout: out, stderr: err }),
          reject,
        ),
    );
  });
  return { child, ended };
}

/** An engine that listens at its local socket, in a data folder whose path has spaces, and a command line beside it. */
export async function startWithCli(ports: Partial<EnginePorts> = {}) {
  const base = await temporaryFolder();
  const folder = join(base, 'the data folder');
  mkdirSync(folder, { mode: 0o700 });
  chmodSync(folder, 0o700);
  const test = startTestEngine(folder, ports);
  onTestFinished(() => test.engine.close());
  const local = await openLocalSocket(folder, test.answerLocal);
  onTestFinished(() => local.close());

  const run = (args: readonly string[], wishes: SpawnWishes = {}) =>
    startCli(base, [...args, '--data', folder], wishes).ended;

  /** Runs a command that has to succeed. @returns its result, read as JSON */
  async function json<Value>(args: readonly string[], wishes: SpawnWishes = {}): Promise<Value> {
    const { code, stdout, stderr } = await run([...args, '--json'], wishes);
    if (code !== 0) throw new Error(`riscura ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as Value;
  }

  /** A file with a secret, for `--password-file`. */
  function secretFile(name: string, secret: string): string {
    const file = join(base, name);
    writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    return file;
  }

  const passwords = {
    operator: secretFile('operator password', OPERATOR.password),
    administrator: secretFile('administrator password', ADMINISTRATOR.password),
  };

  /** Makes the first operator and signs them in. */
  async function signInOperator(): Promise<void> {
    const { name, email } = OPERATOR;
    const password = ['--password-file', passwords.operator];
    await json(['operators', 'create-first', '--name', name, '--email', email, ...password]);
    await json(['sign-in', '--email', email, ...password]);
  }

  /** Makes the tenant of the tests. @returns its id */
  async function createTenant(domain = 'acme.example'): Promise<string> {
    const { name, email } = ADMINISTRATOR;
    const admin = ['--admin-name', name, '--admin-email', email, '--password-file', passwords.administrator];
    const model = ['--model', 'embedded/smollm2-135m-instruct', '--plan', 'professional'];
    const { id } = await json<{ id: string }>([
      'tenants',
      'create',
      domain,
      '--name',
      'Acme Corporation',
      ...model,
      ...admin,
    ]);
    return id;
  }

  /** Signs the tenant's administrator in. */
  async function signInAdministrator(tenant = 'acme.example'): Promise<void> {
    const who = ['--email', ADMINISTRATOR.email, '--password-file', passwords.administrator];
    await json(['sign-in', '--tenant', tenant, ...who]);
  }

  return {
    ...test,
    base,
    folder,
    run,
    json,
    passwords,
    secretFile,
    signInOperator,
    createTenant,
    signInAdministrator,
  };
}
