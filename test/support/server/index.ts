import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { ADMINISTRATOR, newTenant, OPERATOR } from '../engine/world';
import { freePort } from '../freePort';
import type { OpenAiServer } from '../openAiServer';
import { temporaryFolder } from '../temporaryFolder';

export const PROGRAM = resolve(import.meta.dirname, '../../../out/main/riscura.js');
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 20;

export const PASSPHRASE = 'a passphrase of a test';

/** Waits until something is so. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`${what} did not come`);
    await wait(LOOK_EVERY_MS);
  }
}

interface Sent {
  readonly method?: string;
  readonly body?: unknown;
  readonly credential?: string;
  readonly headers?: Record<string, string>;
}

/** A data folder of the running test, with the file that holds its passphrase. */
export async function serverPlace() {
  const base = await temporaryFolder();
  const passphraseFile = join(base, 'passphrase');
  writeFileSync(passphraseFile, `${PASSPHRASE}\n`, { mode: 0o600 });
  return { base, data: join(base, 'data'), passphraseFile };
}
export type ServerPlace = Awaited<ReturnType<typeof serverPlace>>;

/** How a server is started, where it is not the built one over a sealed file. */
export interface ServerWishes {
  /** Node and the command line. */
  readonly program?: readonly string[];
  /** The whole environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** What says where its keys are. */
  readonly keys?: readonly string[];
  readonly args?: readonly string[];
}

/** The environment of a program of ours: nothing of the person who runs the tests. */
export function environment(home: string): NodeJS.ProcessEnv {
  const { PATH = '', RISCURA_BETTER_SQLITE3_BINDING: binding, RISCURA_MODELS: models } = process.env;
  return {
    PATH,
    HOME: home,
    ...(binding && { RISCURA_BETTER_SQLITE3_BINDING: binding }),
    ...(models && { RISCURA_MODELS: models }),
  };
}

/** The built server as a process of its own. */
export class ServerProcess {
  readonly child: ChildProcess;
  /** Resolves with what it ended with. */
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  log = '';
  said = '';

  constructor(
    readonly place: ServerPlace,
    readonly ports: { readonly api: number; readonly metrics: number },
    { program = [process.execPath, PROGRAM], env, keys, args = [] }: ServerWishes,
  ) {
    const [node = '', ...before] = program;
    const where = ['--data', place.data, '--listen', `${ports.api}`, '--metrics', `${ports.metrics}`];
    const inFile = ['--keystore', 'sealed-file', '--passphrase-file', place.passphraseFile];
    this.child = spawn(node, [...before, 'serve', ...where, ...(keys ?? inFile), ...args], {
      env: env ?? environment(place.base),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      this.said += piece;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
      this.log += piece;
    });
    this.ended = new Promise((done) => this.child.once('close', (code, signal) => done({ code, signal })));
  }

  async ready(): Promise<this> {
    await until('the server', () => this.said.includes('serves') || this.child.exitCode !== null);
    if (this.child.exitCode !== null) throw new Error(`it ended: ${this.log}`);
    return this;
  }

  /** Asks the listener of monitoring systems. */
  async monitor(path: string): Promise<{ status: number; body: string }> {
    const answer = await fetch(`http://127.0.0.1:${this.ports.metrics}${path}`);
    return { status: answer.status, body: await answer.text() };
  }

  /** Asks over the local socket, as the command line does. */
  async local(path: string, sent: Sent = {}): Promise<Record<string, unknown>> {
    const answer = await this.open(path, sent, join(this.place.data, 'engine.sock'));
    const body = await text(answer);
    if (answer.statusCode !== 200) throw new Error(`${path} answers ${answer.statusCode}: ${body}`);
    return JSON.parse(body) as Record<string, unknown>;
  }

  /** Opens a request over TLS, or over a local socket. */
  open(
    path: string,
    { method, body, credential, headers }: Sent,
    socketPath?: string,
  ): Promise<IncomingMessage> {
    const options = {
      path: `/api/v1${path}`,
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      agent: false as const,
      headers: {
        host: socketPath === undefined ? `localhost:${this.ports.api}` : 'localhost',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
        ...headers,
      },
    };
    return new Promise((done, reject) => {
      const sent = socketPath
        ? requestHttp({ ...options, socketPath }, done)
        : requestHttps(
            { ...options, host: '127.0.0.1', port: this.ports.api, rejectUnauthorized: false },
            done,
          );
      sent.once('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async signIn(body: object): Promise<string> {
    return String((await this.local('/sessions', { body })).accessToken);
  }
}

/** Starts the server on a place; whatever happens it does not outlive the test. */
export async function startServer(place: ServerPlace, wishes: ServerWishes = {}): Promise<ServerProcess> {
  const ports = { api: await freePort(), metrics: await freePort() };
  const server = new ServerProcess(place, ports, wishes);
  onTestFinished(() => void server.child.kill('SIGKILL'));
  return server;
}

/** Makes the first operator, and a tenant that asks the models of a provider. @returns its id and a session in it */
export async function settle(server: ServerProcess, provider: OpenAiServer) {
  await server.local('/installation/operators/create-first', { body: OPERATOR });
  const { email, password } = OPERATOR;
  const operator = await server.signIn({ email, password });
  const declared = await server.local('/installation/models/declare-provider', {
    credential: operator,
    body: {
      kind: 'openai-compatible',
      name: 'Site models',
      baseUrl: provider.baseUrl,
      place: 'this-machine',
      region: null,
      evidence: null,
      key: null,
    },
  });
  const model = `${declared.id}/gpt-tiny`;
  const { id } = await server.local('/tenants', { credential: operator, body: newTenant({ model }) });
  await until('the tenant', async () => {
    const tenant = await server.local(`/tenants/${id}`, { credential: operator });
    return tenant.state === 'active';
  });
  const member = await server.signIn({ tenant: 'acme.example', ...withoutName(ADMINISTRATOR) });
  return { tenant: String(id), operator, member };
}

function withoutName({ email, password }: typeof ADMINISTRATOR) {
  return { email, password };
}
