import { ConsoleError } from '../../contract';
import { createEngine, type Engine, type EngineRequest } from '../../engine';
import { createCredentialKeeper } from '../../engine/door';
import type { ChatEvent, Clock, EmbeddedRuntime, EnginePorts, Preparation } from '../../engine/ports';
import { MEMBER_PASSWORD, OPERATOR, type SampleTenant, TENANTS } from './scene';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 14;
const MODEL = 'embedded/smollm2-135m-instruct';
const WHO_SIGNS_IN = `operator ${OPERATOR.email} / ${OPERATOR.password}; members such as ${TENANTS[0]?.administrator.email} / ${MEMBER_PASSWORD}`;
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
    atOnce: 1,
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

const SOURCE = 'sample-data';

/** Calls the engine as a window would. */
function createCaller(engine: Engine, tenant: string | null) {
  const keeper = createCredentialKeeper({
    renew: engine.renew,
    source: SOURCE,
    kept: null,
    onChange: () => undefined,
  });
  return async function call(name: string, input: unknown): Promise<unknown> {
    const request: EngineRequest = {
      scope: tenant === null ? 'installation' : 'tenant',
      tenant,
      name,
      input,
      credential: await keeper.forCall(),
      source: SOURCE,
      signal: new AbortController().signal,
      bytes: 0,
    };
    const result = await engine.call(request);
    if (result.credential !== undefined) keeper.keep(result.credential);
    return result.output;
  };
}

async function drain(stream: unknown): Promise<void> {
  for await (const _ of stream as AsyncIterable<unknown>);
}

/** A day of a tenant's sample: when its administrator signs in, and when each question is asked. */
interface SampleDay {
  readonly morning: number;
  readonly questions: readonly number[];
}

/** The last days of a tenant, oldest first; nothing in them is later than `today`. */
function daysOf({ perDay }: SampleTenant, today: number): SampleDay[] {
  const mornings = Array.from(
    { length: DAYS },
    (_, index) => today - (DAYS - 1 - index) * DAY_MS - (today % DAY_MS) + 7 * HOUR_MS,
  );
  return mornings
    .filter((morning) => morning < today)
    .map((morning) => {
      const evening = Math.min(today, morning + 10 * HOUR_MS);
      const weekday = new Date(morning).getUTCDay();
      const isWeekend = weekday === 0 || weekday === 6;
      const count = isWeekend ? Math.ceil(perDay / 6) : perDay + (weekday % 3) * 2;
      const at = (index: number) => morning + ((evening - morning) * (index + 1)) / (count + 1);
      return { morning, questions: Array.from({ length: count }, (_, index) => Math.floor(at(index))) };
    });
}

/** What the parts of the sample share while it is made. */
interface Making {
  readonly engine: Engine;
  readonly site: ReturnType<typeof createCaller>;
  readonly clock: MovableClock;
  readonly signal: AbortSignal;
  /** Called after each question. */
  readonly onAsked: () => void;
}

/**
 * Fills a fresh data folder with three tenants and two weeks of use, all of it through the contract: nothing
 * is written behind the engine's back. Does nothing when there is an operator already. Says in the log what to
 * sign in with.
 */
export function sampleData(ports: EnginePorts): Preparation {
  return {
    title: 'Preparing sample data',
    async run(onProgress, signal) {
      const clock = createMovableClock(ports.clock);
      const engine = createEngine({ ...ports, clock, embeddedRuntime: createSampleRuntime(clock) });
      try {
        const site = createCaller(engine, null);
        const status = (await site('status.read', {})) as { state: string };
        if (status.state !== 'first-run') return;
        const today = ports.clock.now();
        const scenes = TENANTS.map((scene) => ({ scene, days: daysOf(scene, today) }));
        const total = scenes.flatMap(({ days }) => days).reduce((sum, day) => sum + day.questions.length, 0);
        let asked = 0;
        const onAsked = () => {
          asked += 1;
          onProgress(asked, total);
        };
        onProgress(0, total);
        clock.moveTo(today - DAYS * DAY_MS);
        await site('operators.createFirst', OPERATOR);
        await site('models.setPrice', { id: MODEL, price: PRICE });
        for (const { scene, days } of scenes) {
          clock.moveTo(today - DAYS * DAY_MS);
          await makeTenant({ engine, site, clock, signal, onAsked }, scene, days);
        }
        // The operator's session began then, and is over at the end of the first day.
        clock.moveTo(today - DAYS * DAY_MS);
        await site('operators.signOut', {});
        ports.log.info(`sample data: ${WHO_SIGNS_IN}`);
      } finally {
        await engine.close();
      }
    },
  };
}

async function makeTenant(making: Making, scene: SampleTenant, days: readonly SampleDay[]): Promise<void> {
  const { engine, site, clock, signal, onAsked } = making;
  const administrator = { ...scene.administrator, password: MEMBER_PASSWORD };
  const { id } = (await site('tenants.create', { ...scene.tenant, model: MODEL, administrator })) as {
    id: string;
  };
  await drain(await site('tenants.progress', { id }));
  for (const [number, { morning, questions }] of days.entries()) {
    clock.moveTo(morning);
    const member = createCaller(engine, id);
    await member('identity.signIn', { email: administrator.email, password: MEMBER_PASSWORD });
    if (number === 0) await addDocument(member, scene.document);
    for (const [index, at] of questions.entries()) {
      signal.throwIfAborted();
      clock.moveTo(at);
      const content = scene.questions[index % scene.questions.length];
      await drain(await member('assistant.ask', { content }));
      onAsked();
    }
    await member('identity.signOut', {});
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
