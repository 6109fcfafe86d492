import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import sqlcipher from '@journeyapps/sqlcipher';
import BetterSqlite3 from 'better-sqlite3';
import { createPasswordHasher } from '../../../src/adapters/argon2';
import { createNetwork, installNetworkGuard } from '../../../src/adapters/network';
import { createOllamaProvider } from '../../../src/adapters/ollama';
import { createOpenAiProvider } from '../../../src/adapters/openai';
import { createLog, createMemoryWatch, createSystemClock } from '../../../src/adapters/system';
import type {
  AnswerEvent,
  ApiState,
  LifecycleProgress,
  NewApiKey,
  Overview,
  PlanId,
} from '../../../src/contract';
import type { Engine } from '../../../src/engine';
import { splitCredential } from '../../../src/engine/mechanism/tokens';
import type { PasswordHasher } from '../../../src/engine/ports';
import { createWindowTransport } from '../../../src/hosts/windowTransport';
import { startTestEngine } from '../../support/engine';
import { createCaller } from '../../support/engine/calls';
import { ADMINISTRATOR, newTenant, OPERATOR } from '../../support/engine/world';
import { freePort } from '../../support/freePort';
import { type Load, type LoadResult, runLoad, type Timing } from '../support/load';
import { asWindowPort } from '../support/messages';
import { askQuietly, makeNoise, makeSteadyNoise, type NoiseResult } from '../support/noise';
import { QUESTION } from '../support/question';
import { serve } from '../support/remote';

/*
 * The engine of the bench: contract, door, stores, encryption, meter, audit chain, egress broker and network guard as
 * they ship, over real databases in a folder of its own. Only the keystore is in memory.
 */
const folder = mkdtempSync(join(tmpdir(), 'riscura-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const argon2id = createPasswordHasher(new URL('./hashWorker.js', import.meta.url));
const log = createLog('bench', (line) => process.stderr.write(line), createSystemClock());
let hashesAsShipped = true;

/** argon2id as shipped, or next to nothing while tenants are made that nobody measures. */
const hasher: PasswordHasher = {
  hash: async (password) => (hashesAsShipped ? argon2id.hash(password) : `quick:${password}`),
  verify: async (password, phc) =>
    phc?.startsWith('quick:') ? phc === `quick:${password}` : argon2id.verify(password, phc),
  isOutdated: () => false,
  tuning: null,
};

installNetworkGuard({ allowPath: () => false, onRefused: ({ target }) => log.warn('refused', { target }) });

const { engine, ports, keystore } = startTestEngine(folder, {
  log,
  hasher,
  network: createNetwork(),
  hasMemory: createMemoryWatch(),
  providers: { ollama: createOllamaProvider, openAiCompatible: createOpenAiProvider },
});
const operator = createCaller(engine);

async function createTenant(domain: string, cloud: boolean, plan: PlanId = 'custom'): Promise<string> {
  const made = await operator.call(
    'installation',
    'tenants.create',
    newTenant({
      domain,
      plan,
      model: 'extractive/quotations',
      residency: { mode: cloud ? 'cloud-allowed' : 'local-only', regions: [] },
    }),
  );
  const { id } = made as { id: string };
  const progress = await operator.call('installation', 'tenants.progress', { id });
  for await (const step of progress as AsyncIterable<LifecycleProgress>) {
    if (step.outcome === 'failed') throw new Error(`the tenant was not created: ${step.problem}`);
  }
  return id;
}

async function signIn(tenant: string): Promise<ReturnType<typeof createCaller>> {
  const caller = createCaller(engine);
  const { email, password } = ADMINISTRATOR;
  await caller.call('tenant', 'identity.signIn', { email, password }, { tenant });
  return caller;
}

async function declareProvider(baseUrl: string, place: 'this-machine' | 'cloud'): Promise<string> {
  const provider = await operator.call('installation', 'models.declareProvider', {
    kind: 'openai-compatible',
    name: 'Bench',
    baseUrl,
    place,
    region: place === 'cloud' ? 'eu-de' : null,
    evidence: place === 'cloud' ? 'contract' : null,
    key: place === 'cloud' ? 'sk-bench' : null,
  });
  return (provider as { id: string }).id;
}

/** Calls the engine in this process, as a transport does. */
async function ask(
  caller: ReturnType<typeof createCaller>,
  target: Engine,
  tenant: string,
  model: string,
  conversationId?: string,
): Promise<Timing & { conversationId: string }> {
  const begun = performance.now();
  let first = 0;
  let conversation = '';
  const { output } = await target.call({
    scope: 'tenant',
    tenant,
    name: 'assistant.ask',
    input: { content: QUESTION, options: { modelOverride: model }, conversationId },
    credential: caller.credential && splitCredential(caller.credential).access,
    source: 'window:bench',
    signal: new AbortController().signal,
    bytes: 200,
  });
  let isWhole = false;
  for await (const event of output as AsyncIterable<AnswerEvent>) {
    if (event.type === 'accepted') conversation = event.conversationId;
    if (event.type === 'text' && first === 0) first = performance.now() - begun;
    if (event.type === 'finished') isWhole = event.message.outcome === 'answered';
  }
  if (!isWhole) throw new Error('the answer is not whole');
  return { first, total: performance.now() - begun, conversationId: conversation };
}

/** Asks in this process as a program does, whose requests are counted. */
async function askAsProgram(secret: string, tenant: string, model: string): Promise<void> {
  const { output } = await engine.call({
    scope: 'tenant',
    tenant,
    name: 'assistant.ask',
    input: { content: QUESTION, options: { modelOverride: model } },
    credential: secret,
    source: 'address:bench',
    signal: new AbortController().signal,
    bytes: 200,
    byProgram: true,
  });
  for await (const _event of output as AsyncIterable<AnswerEvent>);
}

const BUSY_CALLERS = 100;
const credentials: (string | null)[] = [];
let sessionTenant: string | null = null;

const USAGE_SPAN_MS = 29 * 86_400_000;
const USAGE_BATCH = 50_000;
/** Events that are spread over time, models, people, latencies and outcomes. Takes from, until, begin and step. */
const FILL_USAGE = `
  WITH RECURSIVE input (first, last, begin, step) AS (SELECT ?, ?, ?, ?),
    numbers (i) AS (SELECT first FROM input UNION ALL SELECT i + 1 FROM numbers, input WHERE i + 1 < last)
  INSERT INTO usage_events (id, at, person_id, model, route, place, region, input_tokens, output_tokens,
    tokens_reported, first_token_ms, total_ms, latency_class, first_token_class, cost_micros, currency, outcome, problem)
  SELECT printf('%012x-%07d', begin + i * step, i), begin + i * step, 'person-' || (i * 7 % 200), 'bench/model-' || (i % 8),
    'chosen', 'this-machine', NULL, 200 + i % 700, 50 + i % 300, 1, 40 + i % 900, 100 + i * 13 % 4000,
    100 + i * 31 % 110, 90 + i * 17 % 90, i % 5000, 'USD', iif(i % 50 = 0, 'failed', 'answered'), NULL
  FROM numbers, input`;
/** What the overview answers at its core, without the roll-ups. */
const SCAN_USAGE = `
  SELECT count(*), sum(outcome IN ('failed', 'refused', 'interrupted')), sum(input_tokens), sum(output_tokens),
    sum(cost_micros), count(DISTINCT person_id) FROM usage_events WHERE at >= ?`;

const MESSAGE_BATCH = 20_000;
/** Conversations of 20 messages with 2 KiB of sealed text each. Takes the first number, the one after the last, and now. */
const FILL_CONVERSATIONS = `
  WITH RECURSIVE input (first, last, now) AS (SELECT ?, ?, ?),
    numbers (i) AS (SELECT first FROM input UNION ALL SELECT i + 1 FROM numbers, input WHERE i + 1 < last)
  INSERT INTO conversations (id, owner_id, sealed_title, created_at, updated_at)
  SELECT printf('filled-%09d', i), 'person-' || (i % 200), 'v1.1.' || hex(randomblob(40)), now, now
  FROM numbers, input WHERE i % 20 = 0`;
const FILL_MESSAGES = `
  WITH RECURSIVE input (first, last, now) AS (SELECT ?, ?, ?),
    numbers (i) AS (SELECT first FROM input UNION ALL SELECT i + 1 FROM numbers, input WHERE i + 1 < last)
  INSERT INTO messages (id, conversation_id, role, at, outcome, sealed_text)
  SELECT printf('message-%09d', i), printf('filled-%09d', i - i % 20), iif(i % 2, 'assistant', 'user'), now + i % 20,
    iif(i % 2, 'answered', NULL), 'v1.1.' || hex(randomblob(1024))
  FROM numbers, input`;
/** Callers that ask while the key is rotated, beside one that writes. */
const ASKING = 2;

const READ_ROWS = 100_000;
const READ_SCHEMA = [
  'CREATE TABLE thing (id TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL)',
  `WITH RECURSIVE numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < ${READ_ROWS})
   INSERT INTO thing SELECT 'row ' || i, i, hex(zeroblob(100)) FROM numbers`,
];
const READ_ONE = 'SELECT id, at, body FROM thing WHERE id = ?';

/** Milliseconds that each of so many calls takes, one after the other. */
async function timed(number: number, call: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let done = 0; done < number; done += 1) {
    const begun = performance.now();
    await call();
    taken.push(performance.now() - begun);
  }
  return taken;
}

function databaseOf(tenant: string): string {
  return join(folder, 'tenants', tenant, 'tenant.db');
}

/** The plain way to a copy under another key: SQLCipher's own export, statement by statement, in one go. */
function sqlcipherExport(file: string, key: Uint8Array, copy: string): Promise<void> {
  const raw = (bytes: Uint8Array) => `"x'${Buffer.from(bytes).toString('hex')}'"`;
  const script = `
    PRAGMA key = ${raw(key)};
    ATTACH DATABASE '${copy.replaceAll("'", "''")}' AS copy KEY ${raw(ports.random.bytes(32))};
    SELECT sqlcipher_export('copy');
    DETACH DATABASE copy;`;
  return new Promise((resolve, reject) => {
    const database = new sqlcipher.Database(file, (opening) => {
      if (opening) return reject(opening);
      database.exec(script, (failed) => {
        database.close((closing) => {
          if (failed ?? closing) reject(failed ?? closing);
          else resolve();
        });
      });
    });
  });
}

/** Tenants before one server that answers eight at a time. */
interface NoiseBed {
  readonly provider: string;
  readonly quiet: readonly (() => Promise<unknown>)[];
  /** A person of the noisy tenant asks. */
  readonly noisy: () => Promise<unknown>;
  /** A program of the noisy tenant asks. */
  readonly program: () => Promise<unknown>;
}

const PLACES = 8;
/** More than ever wait: the queue is as good as not there. */
const NO_QUEUE = 10_000;
const QUIET_TENANTS = 4;
const THINK_MS = 100;
const NOISY_CALLERS = 200;
const NOISY_REQUESTS_A_MINUTE = 1_000;

interface Bed {
  readonly tenant: string;
  readonly caller: ReturnType<typeof createCaller>;
  readonly local: string;
  readonly cloud: string;
  readonly window: Worker;
}

let bed: Bed | null = null;
let noiseBed: NoiseBed | null = null;
let thousand: readonly (() => Promise<unknown>)[] = [];
const tenants: string[] = [];

function theBed(): Bed {
  if (!bed) throw new Error('the bed is not prepared');
  return bed;
}

async function openWindow(tenant: string, credential: string | null): Promise<Worker> {
  const { port1, port2 } = new MessageChannel();
  createWindowTransport({ engine, log, onCredential: () => undefined }).serve({
    id: 'bench',
    port: asWindowPort(port2),
    credential,
  });
  return new Worker(new URL('./windowWorker.js', import.meta.url), {
    workerData: { port: port1, tenant },
    transferList: [port1],
  });
}

type WindowAnswer = { readonly result: LoadResult } | { readonly problem: string };

const commands = {
  /** First run: the operator. */
  async begin(): Promise<void> {
    await operator.call('installation', 'operators.createFirst', OPERATOR);
  },

  /** A tenant with a member signed in, and the upstream declared as a server of the house and as a cloud. */
  async prepareQueries(baseUrl: string): Promise<void> {
    await operator.call('installation', 'network.setAirGap', { airGap: false, reason: 'the cloud route' });
    const local = await declareProvider(baseUrl, 'this-machine');
    const cloud = await declareProvider(baseUrl, 'cloud');
    const money = { micros: 1_000_000, currency: 'USD' };
    for (const name of ['answer-50', 'answer-0']) {
      await operator.call('installation', 'models.setPrice', {
        id: `${cloud}/${name}`,
        price: { per: 'million-tokens', input: money, output: money },
      });
    }
    const tenant = await createTenant('bench.example', true);
    const caller = await signIn(tenant);
    bed = { tenant, caller, local, cloud, window: await openWindow(tenant, caller.credential) };
  },

  /** Asks in this process. */
  async run(load: Load, route: 'local' | 'cloud'): Promise<LoadResult> {
    const { caller, tenant, [route]: provider } = theBed();
    return runLoad(load, (model) => ask(caller, engine, tenant, `${provider}/${model}`));
  },

  /** A noisy tenant and four others before the same model. */
  async prepareNoise(baseUrl: string): Promise<void> {
    const provider = await declareProvider(baseUrl, 'this-machine');
    const model = `${provider}/shared-50`;
    const open = async (domain: string, plan: PlanId) => {
      const tenant = await createTenant(domain, false, plan);
      const caller = await signIn(tenant);
      return { tenant, caller, ask: () => ask(caller, engine, tenant, model) };
    };
    const quiet: (() => Promise<unknown>)[] = [];
    for (let index = 0; index < QUIET_TENANTS; index += 1)
      quiet.push((await open(`quiet${index}.example`, 'professional')).ask);
    const { tenant, caller, ask: noisy } = await open('noisy.example', 'starter');
    const wishes = { name: 'Bench', scopes: ['ai.query'], expiresInDays: 1 };
    const { secret } = (await caller.call('tenant', 'apiKeys.create', wishes, { tenant })) as NewApiKey;
    noiseBed = { provider, quiet, noisy, program: () => askAsProgram(secret, tenant, model) };
  },

  /** The quiet tenants ask so long beside what the noisy one does. @returns milliseconds of each quiet call */
  async runNoise(
    scene: 'alone' | 'queueOff' | 'queueOn' | 'requests',
    milliseconds: number,
  ): Promise<{ quiet: number[]; noisy: NoiseResult }> {
    if (!noiseBed) throw new Error('the noise is not prepared');
    const { provider, quiet, noisy, program } = noiseBed;
    await operator.call('installation', 'models.setPlaces', {
      provider,
      places: scene === 'queueOff' ? NO_QUEUE : PLACES,
    });
    const signal = AbortSignal.timeout(milliseconds);
    const making =
      scene === 'alone'
        ? Promise.resolve({ answered: 0, refused: 0 })
        : scene === 'requests'
          ? makeSteadyNoise(NOISY_REQUESTS_A_MINUTE, signal, program)
          : makeNoise(NOISY_CALLERS, signal, noisy);
    const [taken, made] = await Promise.all([askQuietly(quiet, THINK_MS, signal), making]);
    return { quiet: taken, noisy: made };
  },

  /** Signs a member in to each tenant that was made, before a model that answers at once. */
  async prepareThousand(baseUrl: string): Promise<void> {
    const model = `${await declareProvider(baseUrl, 'this-machine')}/answer-0`;
    hashesAsShipped = false;
    const asks: (() => Promise<unknown>)[] = [];
    for (const tenant of tenants) {
      const caller = await signIn(tenant);
      asks.push(() => ask(caller, engine, tenant, model));
    }
    hashesAsShipped = true;
    thousand = asks;
  },

  /** Asks so long among the first so many tenants. @returns how many were answered, and bytes resident each second */
  async runThousand(
    busy: number,
    milliseconds: number,
  ): Promise<{ answered: number; failed: number; memory: number[] }> {
    const counts = { answered: 0, failed: 0, memory: [] as number[] };
    const sampling = setInterval(() => counts.memory.push(process.memoryUsage.rss()), 1_000);
    const until = performance.now() + milliseconds;
    const askOn = async (): Promise<void> => {
      while (performance.now() < until) {
        try {
          await thousand[Math.floor(Math.random() * busy)]?.();
          counts.answered += 1;
        } catch (problem) {
          log.error('a query failed', problem);
          counts.failed += 1;
        }
      }
    };
    await Promise.all(Array.from({ length: BUSY_CALLERS }, askOn));
    clearInterval(sampling);
    return counts;
  },

  /** Signs the same member in so many times more; the sessions stay open. */
  async openSessions(number: number): Promise<void> {
    hashesAsShipped = false;
    sessionTenant ??= await createTenant('sessions.example', false);
    for (let opened = 0; opened < number; opened += 1) {
      const caller = await signIn(sessionTenant);
      await caller.call('tenant', 'identity.current', {}, { tenant: sessionTenant });
      // What a transport keeps of a session is its credential.
      credentials.push(caller.credential);
    }
    hashesAsShipped = true;
  },

  /** @returns bytes that this process holds for JavaScript, after the garbage was collected */
  async heldBytes(): Promise<number> {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  },

  /** Opens the door over TLS, with a key of the member. @returns where it is and what a program needs */
  async openApi(): Promise<{ origin: string; ca: string; secret: string; tenant: string; provider: string }> {
    const { tenant, caller, local } = theBed();
    const port = await freePort();
    const opened = (await operator.call('installation', 'api.set', {
      settings: { enabled: true, webConsole: false, name: 'localhost', address: '127.0.0.1', port },
      certificate: { kind: 'internal' },
    })) as ApiState;
    if (opened.state !== 'open') throw new Error(`the door did not open: ${opened.problem}`);
    const wishes = { name: 'Bench', scopes: ['ai.query'], expiresInDays: 1 };
    const { secret } = (await caller.call('tenant', 'apiKeys.create', wishes, { tenant })) as NewApiKey;
    return { origin: opened.baseUrl, ca: opened.certificate?.pem ?? '', secret, tenant, provider: local };
  },

  /** Asks in this process, each caller in a conversation that goes on. */
  async runTurns(load: Load): Promise<LoadResult> {
    const { caller, tenant, local } = theBed();
    const free: (string | undefined)[] = Array.from({ length: load.concurrent }, () => undefined);
    return runLoad(load, async (model) => {
      const timing = await ask(caller, engine, tenant, `${local}/${model}`, free.pop());
      free.push(timing.conversationId);
      return timing;
    });
  },

  /** Asks through the message port of a window. */
  async runWindow(load: Load): Promise<LoadResult> {
    const { window, local } = theBed();
    const answered = new Promise<WindowAnswer>((resolve) => window.once('message', resolve));
    window.postMessage({ ...load, model: `${local}/${load.model}` });
    const answer = await answered;
    if ('problem' in answer) throw new Error(answer.problem);
    return answer.result;
  },

  /** What the queries so far left in the tenant: to see that everything was stored, metered and audited. */
  async kept(): Promise<{ queries: number; events: number }> {
    const { caller, tenant } = theBed();
    const overview = (await caller.call(
      'tenant',
      'overview.read',
      { period: '24h' },
      { tenant },
    )) as Overview;
    const audit = await caller.call('tenant', 'audit.events', { limit: 1 }, { tenant });
    const { events } = audit as { events: { sequence: number }[] };
    return { queries: overview.queries.value, events: events[0]?.sequence ?? 0 };
  },

  /**
   * Creates tenants, one after the other.
   * @returns milliseconds each took until it was ready
   */
  async createTenants(number: number, asShipped: boolean): Promise<number[]> {
    hashesAsShipped = asShipped;
    const taken: number[] = [];
    for (let made = 0; made < number; made += 1) {
      const begun = performance.now();
      tenants.push(await createTenant(`t${tenants.length}.example`, false));
      taken.push(performance.now() - begun);
    }
    hashesAsShipped = true;
    return taken;
  },

  async tenantCount(): Promise<number> {
    return tenants.length;
  },

  /** @returns the id of a tenant, made when there is none */
  async anyTenant(): Promise<string> {
    if (tenants.length === 0) await commands.createTenants(1, true);
    return tenants.at(-1) ?? '';
  },

  /** Signs a member in to so many tenants and has each answer once. */
  async openTenants(number: number): Promise<void> {
    for (const tenant of tenants.slice(-number)) {
      const caller = await signIn(tenant);
      await ask(caller, engine, tenant, 'extractive/quotations');
    }
  },

  /** @returns milliseconds that each hash of a password alone took */
  async hash(number: number): Promise<number[]> {
    return timed(number, () => argon2id.hash(ADMINISTRATOR.password));
  },

  /**
   * Makes a tenant with so many usage events of the last 30 days, written through the triggers that roll them up.
   * @returns its id, and seconds it took
   */
  async fillUsage(events: number): Promise<{ tenant: string; seconds: number }> {
    const tenant = await createTenant('usage.example', false);
    const key = await keystore.readKey({ kind: 'tenant', tenantId: tenant });
    const database = await ports.tenantDriver.open(databaseOf(tenant), key);
    const begun = performance.now();
    const now = Date.now();
    for (let from = 0; from < events; from += USAGE_BATCH) {
      const until = Math.min(events, from + USAGE_BATCH);
      const step = Math.floor(USAGE_SPAN_MS / events);
      await database.commit([{ sql: FILL_USAGE, params: [from, until, now - USAGE_SPAN_MS, step] }]);
    }
    await database.close();
    return { tenant, seconds: (performance.now() - begun) / 1000 };
  },

  /**
   * The overview of 30 days through the contract, beside the same key figures counted over the events themselves.
   * @returns milliseconds of each
   */
  async overview(
    tenant: string,
    number: number,
  ): Promise<{ overview: number[]; scan: number[]; queries: number }> {
    const caller = await signIn(tenant);
    const read = () => caller.call('tenant', 'overview.read', { period: '30d' }, { tenant });
    const { queries } = (await read()) as Overview;
    const overview = await timed(number, read);
    const key = await keystore.readKey({ kind: 'tenant', tenantId: tenant });
    const database = await ports.tenantDriver.open(databaseOf(tenant), key);
    const scan = await timed(3, () => database.read(SCAN_USAGE, [Date.now() - USAGE_SPAN_MS * 2]));
    await database.close();
    return { overview, scan, queries: queries.value };
  },

  /**
   * Reads single rows by an index out of 100,000: in an encrypted database through the store's own driver, and in an
   * unencrypted one of better-sqlite3. @returns milliseconds of each read
   */
  async indexedReads(number: number): Promise<{ encrypted: number[]; plain: number[] }> {
    const encrypted = await ports.tenantDriver.create(
      join(folder, 'encrypted.db'),
      new Uint8Array(32).fill(7),
    );
    await encrypted.commit(READ_SCHEMA.map((sql) => ({ sql, params: [] })));
    const plain = new BetterSqlite3(join(folder, 'plain.db'));
    for (const sql of READ_SCHEMA) plain.exec(sql);
    const statement = plain.prepare(READ_ONE);
    const pick = () => `row ${Math.floor(Math.random() * READ_ROWS)}`;
    const results = { encrypted: [] as number[], plain: [] as number[] };
    for (let round = 0; round < 6; round += 1) {
      const own = await timed(number, () => encrypted.read(READ_ONE, [pick()]));
      const other = await timed(number, async () => statement.all(pick()));
      // The first round warms both up.
      if (round === 0) continue;
      results.encrypted.push(...own);
      results.plain.push(...other);
    }
    plain.close();
    await encrypted.close();
    return results;
  },

  /**
   * Makes a tenant whose database is at least so large.
   * @returns its id, and what the database has
   */
  async fillMessages(bytes: number): Promise<{ tenant: string; bytes: number; messages: number }> {
    const tenant = await createTenant('rotation.example', false);
    const key = await keystore.readKey({ kind: 'tenant', tenantId: tenant });
    const database = await ports.tenantDriver.open(databaseOf(tenant), key);
    let messages = 0;
    for (; statSync(databaseOf(tenant)).size < bytes; messages += MESSAGE_BATCH) {
      const params = [messages, messages + MESSAGE_BATCH, Date.now()];
      await database.commit([
        { sql: FILL_CONVERSATIONS, params },
        { sql: FILL_MESSAGES, params },
      ]);
    }
    await database.close();
    return { tenant, bytes: statSync(databaseOf(tenant)).size, messages };
  },

  /** Copies the database of a tenant, with nobody beside, by `sqlcipher_export`. @returns milliseconds */
  async exportCopy(tenant: string): Promise<number> {
    const key = await keystore.readKey({ kind: 'tenant', tenantId: tenant });
    const copy = join(folder, 'exported.db');
    const begun = performance.now();
    await sqlcipherExport(databaseOf(tenant), key, copy);
    const taken = performance.now() - begun;
    rmSync(copy);
    return taken;
  },

  /**
   * Rotates the key of a tenant while some ask and one writes, and as long before it.
   * @returns milliseconds: of the whole rotation, of the pause as the engine tells it, and of each write before and during
   */
  async rotate(
    tenant: string,
    beforeMs: number,
  ): Promise<{ total: number; pause: number; before: number[]; during: number[]; asked: number }> {
    const caller = await signIn(tenant);
    const stop = new AbortController();
    let writes: number[] = [];
    let asked = 0;
    const askOn = async () => {
      for (; !stop.signal.aborted; asked += 1) await ask(caller, engine, tenant, 'extractive/quotations');
    };
    const { conversationId: id } = await ask(caller, engine, tenant, 'extractive/quotations');
    const writeOn = async () => {
      for (let number = 0; !stop.signal.aborted; number += 1) {
        const begun = performance.now();
        await caller.call('tenant', 'assistant.rename', { id, title: `Title ${number}` }, { tenant });
        writes.push(performance.now() - begun);
      }
    };
    const working = Promise.all([writeOn(), ...Array.from({ length: ASKING }, askOn)]);
    await Promise.race([working, new Promise((resolve) => setTimeout(resolve, beforeMs))]);
    const before = writes;
    writes = [];
    const begun = performance.now();
    await operator.call('installation', 'keys.rotate', { id: tenant });
    const progress = await operator.call('installation', 'tenants.progress', { id: tenant });
    let last: LifecycleProgress | null = null;
    for await (const step of progress as AsyncIterable<LifecycleProgress>) last = step;
    const total = performance.now() - begun;
    stop.abort();
    await working;
    if (last?.outcome !== 'done' || last.pauseMs === null) {
      throw new Error(`the key was not rotated: ${last?.problem}`);
    }
    return { total, pause: last.pauseMs, before, during: writes, asked };
  },

  /** Reads a conversation through the contract. @returns milliseconds of each read */
  async readConversation(tenant: string, number: number): Promise<number[]> {
    const caller = await signIn(tenant);
    const { conversationId } = await ask(caller, engine, tenant, 'extractive/quotations');
    const input = { id: conversationId };
    return timed(number, () => caller.call('tenant', 'assistant.read', input, { tenant }));
  },

  /** @returns bytes of this process that are in memory, after the garbage was collected where that is possible */
  async residentBytes(): Promise<number> {
    globalThis.gc?.();
    return process.memoryUsage().rss;
  },

  async close(): Promise<void> {
    await theBedOrNothing()?.window.terminate();
    await engine.close();
    await argon2id.close();
  },
};

function theBedOrNothing(): Bed | null {
  return bed;
}

export type EngineCommands = typeof commands;

serve(commands);
