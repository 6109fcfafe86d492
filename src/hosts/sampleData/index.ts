import { ConsoleError } from '../../contract';
import { createEngine, type Engine, type EngineRequest } from '../../engine';
import type { ChatEvent, Clock, EmbeddedRuntime, EnginePorts } from '../../engine/ports';
import { MEMBER_PASSWORD, OPERATOR, TENANTS } from './scene';

const DAY_MS = 86_400_000;
const DAYS = 14;
const MODEL = 'embedded/smollm2-135m-instruct';
const PRICE = { per: 'compute-second', amount: { micros: 1_400, currency: 'USD' } };

/** A clock that stands in the past and is moved by hand, so that two weeks pass in seconds. */
interface MovableClock extends Clock {
  moveTo(at: number): void;
  /** Lets time pass for whoever measures, in milliseconds. */
  pass(milliseconds: number): void;
}

function createMovableClock(real: Clock): MovableClock {
  let now = real.now();
  let passed = 0;
  return {
    now: () => now,
    monotonic: () => real.monotonic() + passed,
    wait: real.wait,
    every: real.every,
    moveTo(at) {
      now = at;
    },
    pass(milliseconds) {
      now += milliseconds;
      passed += milliseconds;
    },
  };
}

/** Answers from the first source it was given, in the time a small model would take. */
function createSampleRuntime(clock: MovableClock): EmbeddedRuntime {
  let asked = 0;
  return {
    confined: true,
    inspect: () => Promise.reject(new ConsoleError('FILE_REFUSED')),
    async *chat(_file, _owner, { messages }): AsyncGenerator<ChatEvent> {
      asked += 1;
      clock.pass(140 + ((asked * 37) % 190));
      const material = messages.at(-1)?.content ?? '';
      const text = /\[1\] [^:]+: ([\s\S]*?)(?:\n\n|$)/.exec(material)?.[1] ?? 'The sources do not say.';
      if (asked % 41 === 0)
        throw new ConsoleError('MODEL_FAILED', { reason: 'The sample lets some answers fail.' });
      yield { type: 'text', text: `${text.slice(0, 400)} [1]` };
      clock.pass(400 + ((asked * 53) % 2_300));
      yield {
        type: 'usage',
        inputTokens: Math.ceil(material.length / 4),
        outputTokens: Math.ceil(text.length / 4),
      };
    },
  };
}

/** Calls the engine as a window would. */
function createCaller(engine: Engine, tenant: string | null) {
  let credential: string | null = null;
  return async function call(name: string, input: unknown): Promise<unknown> {
    const request: EngineRequest = {
      scope: tenant === null ? 'installation' : 'tenant',
      tenant,
      name,
      input,
      credential,
      source: 'sample-data',
      signal: new AbortController().signal,
      bytes: 0,
    };
    const result = await engine.call(request);
    if (result.credential !== undefined) credential = result.credential;
    return result.output;
  };
}

async function drain(stream: unknown): Promise<void> {
  for await (const _ of stream as AsyncIterable<unknown>);
}

/**
 * Fills a fresh data folder with three tenants and two weeks of use, all of it through the contract: nothing
 * is written behind the engine's back. Does nothing when there is an operator already.
 * @returns what to sign in with, in words; `null` when nothing was done
 */
export async function seedSampleData(ports: EnginePorts): Promise<string | null> {
  const clock = createMovableClock(ports.clock);
  const engine = createEngine({ ...ports, clock, embeddedRuntime: createSampleRuntime(clock) });
  try {
    const site = createCaller(engine, null);
    const status = (await site('status.read', {})) as { state: string };
    if (status.state !== 'first-run') return null;
    const today = ports.clock.now();
    clock.moveTo(today - DAYS * DAY_MS);
    await site('operators.createFirst', OPERATOR);
    await site('models.setPrice', { id: MODEL, price: PRICE });
    for (const scene of TENANTS) await seedTenant(engine, site, clock, scene, today);
    return `operator ${OPERATOR.email} / ${OPERATOR.password}; members such as ${TENANTS[0]?.administrator.email} / ${MEMBER_PASSWORD}`;
  } finally {
    await engine.close();
  }
}

async function seedTenant(
  engine: Engine,
  site: ReturnType<typeof createCaller>,
  clock: MovableClock,
  scene: (typeof TENANTS)[number],
  today: number,
): Promise<void> {
  clock.moveTo(today - DAYS * DAY_MS);
  const administrator = { ...scene.administrator, password: MEMBER_PASSWORD };
  const { id } = (await site('tenants.create', { ...scene.tenant, model: MODEL, administrator })) as {
    id: string;
  };
  await drain(await site('tenants.progress', { id }));
  for (let day = DAYS - 1; day >= 0; day -= 1) {
    const morning = today - day * DAY_MS - (today % DAY_MS) + 7 * 3_600_000;
    if (morning >= today) return;
    clock.moveTo(morning);
    const member = createCaller(engine, id);
    await member('identity.signIn', { email: administrator.email, password: MEMBER_PASSWORD });
    if (day === DAYS - 1) await addDocument(member, scene.document);
    await askQuestions(member, clock, scene, morning, Math.min(today, morning + 10 * 3_600_000));
  }
}

async function addDocument(
  member: ReturnType<typeof createCaller>,
  document: { name: string; text: string },
): Promise<void> {
  await member('knowledge.add', { file: new File([document.text], document.name) });
  const watching = (await member('knowledge.watch', {})) as AsyncIterable<{ state: string }[]>;
  for await (const documents of watching) if (documents.every(({ state }) => state === 'ready')) break;
}

async function askQuestions(
  member: ReturnType<typeof createCaller>,
  clock: MovableClock,
  scene: (typeof TENANTS)[number],
  from: number,
  to: number,
): Promise<void> {
  const weekday = new Date(from).getUTCDay();
  const count =
    weekday === 0 || weekday === 6 ? Math.ceil(scene.perDay / 6) : scene.perDay + (weekday % 3) * 2;
  for (let index = 0; index < count; index += 1) {
    const at = from + ((to - from) * (index + 1)) / (count + 1);
    if (at >= to) return;
    clock.moveTo(Math.floor(at));
    const content = scene.questions[index % scene.questions.length];
    await drain(await member('assistant.ask', { content }));
  }
}
