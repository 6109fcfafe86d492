import { randomUUID } from 'node:crypto';
import { complaintsAbout } from '../engine/clean';
import type { CallerName, Shot } from './shots';
import { type Answer, abortFrame, requestFrame, type Wire } from './wire';
import type { FuzzWorld } from './world';

/** Nothing of the engine takes so long in a world that has no network and no model. */
const ANSWER_MS = 30_000;
/** How long a stream is listened to once it has begun. */
const STREAM_MS = 15;
/** What an operator reads of conversations under a grant, which the tenant sees. */
const UNDER_GRANT = 'tenant.breakGlass.';

/** After these the caller signs in anew. */
const ENDS: readonly Outcome[] = [
  'NOT_SIGNED_IN',
  'SIGN_IN_INCOMPLETE',
  'SEALED_BY_OPERATOR',
  'TENANT_SUSPENDED',
  'TENANT_NOT_READY',
  'STEP_UP_REQUIRED',
];

/** How a message was answered: `answered`, `cut off`, or the code of an error. */
export type Outcome = string;

/** What became of a salvo. */
export interface SalvoReport {
  /** The outcome of each message in turn. */
  readonly outcomes: readonly { readonly name: string; readonly outcome: Outcome }[];
  /** What is not as it must be, with the message it happened to. */
  readonly complaints: readonly string[];
}

interface Flight {
  readonly shot: Shot;
  readonly wire: Wire;
  readonly credential: string | null;
  readonly answers: Answer[];
  outcome: Outcome;
}

function resolved(world: FuzzWorld, caller: CallerName, value: unknown): unknown {
  if (typeof value === 'string') return world.resolve(caller, value);
  if (typeof value !== 'object' || value === null || value instanceof File) return value;
  if (Array.isArray(value)) return Array.from(value, (part) => resolved(world, caller, part));
  const copy = {};
  for (const key of Object.keys(value))
    Object.defineProperty(copy, key, {
      value: resolved(world, caller, Reflect.get(value, key)),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return copy;
}

function broken(frame: string | Uint8Array, { at, with: wound }: Shot['wound']): string | Uint8Array {
  const text = typeof frame === 'string' ? frame : Buffer.from(frame).toString('latin1');
  const place = at % (text.length + 1);
  const changed = `${text.slice(0, place)}${wound}${text.slice(place + 1 + (at % 3))}`;
  return typeof frame === 'string' ? changed : new Uint8Array(Buffer.from(changed, 'latin1'));
}

/** Sends one message and waits until it is answered, cut off, or late. */
async function fly(flight: Flight, id: string, frame: string | Uint8Array): Promise<void> {
  const { shot, wire } = flight;
  const isBroken = shot.travel === 'broken';
  if (shot.travel === 'twice') wire.send(frame);
  wire.send(isBroken ? broken(frame, shot.wound) : frame);
  if (shot.travel === 'aborted') wire.send(abortFrame(id));
  if (isBroken || shot.travel === 'aborted') {
    flight.outcome = 'cut off';
    return;
  }
  const isAnswered = () => flight.answers.length > 0;
  if (!(await until(isAnswered, ANSWER_MS))) {
    flight.outcome = 'never answered';
    return;
  }
  await until(() => flight.answers.at(-1)?.isLast === true, STREAM_MS);
  if (flight.answers.at(-1)?.isLast !== true) wire.send(abortFrame(id));
  flight.outcome = String(flight.answers.find(({ error }) => error)?.error?.code ?? 'answered');
}

/** Waits for messages to come in, which happens between turns of the event loop. */
async function until(condition: () => boolean, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return true;
}

function describe({ shot }: Flight): string {
  const input = JSON.stringify(shot.input, (_key, value) => (value instanceof File ? value.name : value));
  return `${shot.caller} → ${shot.name} (${shot.travel}) at ${shot.tenant} with ${String(input).slice(0, 400)}`;
}

function judge(world: FuzzWorld, flight: Flight): string[] {
  const { shot, wire, credential, answers, outcome } = flight;
  const complaints: string[] = [];
  if (outcome === 'never answered') complaints.push('it was never answered');
  if (outcome === 'INTERNAL') complaints.push('it was answered INTERNAL');
  for (const { error } of answers) if (error) complaints.push(...complaintsAbout(error));
  // Whoever signed in as somebody else meanwhile may read what that person may.
  const isWhole = wire.credential() === credential && !shot.name.startsWith(UNDER_GRANT);
  const forbidden = isWhole ? world.forbidden(shot.caller) : [];
  for (const { text } of answers)
    if (forbidden.some((word) => text.includes(word)))
      complaints.push('it tells of what the caller may not know');
  return complaints.map((complaint) => `${complaint}: ${describe(flight)}`);
}

/** What has leaked into the prototypes that everything has. */
function pollution(): string[] {
  const own = ['polluted', 'role'].filter((name) => name in Object.prototype);
  return own.map((name) => `every object has ${name}`);
}

/**
 * Sends messages all at once and judges the answers.
 * @throws WornOut when a caller cannot sign in any more
 */
export async function fire(world: FuzzWorld, shots: readonly Shot[]): Promise<SalvoReport> {
  const flights = new Map<string, Flight>();
  for (const shot of shots) {
    const wire = await world.wire(shot.caller);
    const credential = wire.credential();
    flights.set(randomUUID(), { shot, wire, credential, answers: [], outcome: '' });
    wire.onAnswer((answer) => flights.get(answer.id)?.answers.push(answer));
  }
  const logged = world.test.log.lines.length;
  await Promise.all(
    [...flights].map(async ([id, flight]) => {
      const { caller, name, travel, tenant, ...shot } = flight.shot;
      const frame = await requestFrame({
        id,
        name,
        tenant: tenant === null ? null : world.resolve(caller, tenant),
        input: resolved(world, caller, shot.input),
        marks: travel === 'typed' ? shot.marks : [],
      });
      await fly(flight, id, frame);
      if (ENDS.includes(flight.outcome)) world.ended(caller);
    }),
  );
  for (const { shot, answers } of flights.values())
    for (const { error, text } of answers) if (!error) world.told(shot.caller, text);
  const isAlive = await world.isAlive();
  const complaints = [...flights.values()].flatMap((flight) => judge(world, flight));
  const failures = world.test.log.lines.slice(logged).filter((line) => line.includes('"cause":'));
  complaints.push(...failures.filter(isFailure).map((line) => `the log says: ${line.slice(0, 1_500)}`));
  complaints.push(...pollution());
  if (!isAlive) complaints.push('the engine does not answer any more');
  return {
    outcomes: [...flights.values()].map(({ shot, outcome }) => ({ name: shot.name, outcome })),
    complaints,
  };
}

/** Whether a line is of a mistake of ours, not of a refusal that was noted or of work that somebody else overtook. */
function isFailure(line: string): boolean {
  const { message, cause } = JSON.parse(line) as { message: string; cause: string };
  return !message.startsWith('answered ') && !cause.startsWith('StoreError: the database refused: guard');
}
