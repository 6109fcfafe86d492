import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import { createSystemClock, createSystemRandom } from '../../../src/adapters/system';
import { change, procedure } from '../../../src/contract';
import { type Call, createDoor } from '../../../src/engine/door';
import { AuditTrail, exportChain, verifyLive } from '../../../src/engine/mechanism/audit';
import { AuditFileVerifier, createAuditSigner } from '../../../src/engine/mechanism/chain';
import { createIds } from '../../../src/engine/mechanism/ids';
import { createSessions } from '../../../src/engine/mechanism/sessions';
import { migrate, Store } from '../../../src/engine/mechanism/store';
import {
  createRefreshSeal,
  openTokenKeys,
  signingKeyFromSeed,
  splitCredential,
} from '../../../src/engine/mechanism/tokens';
import { TENANT_APPLICATION_ID, tenantMigrations } from '../../../src/engine/migrations/tenant';
import { draftOf, MemoryKeep, ORIGIN } from '../../support/auditTrail';
import { MemoryLog } from '../../support/engine';
import type { Line, Row } from '../support/bench';
import { count, median, ms, quantile, ratio } from '../support/figures';

const EVENTS = 1_000_000;
/** Events of one transaction while the chain is made. */
const AT_ONCE = 250;
const MOST_SECONDS = 20;
const MOST_ADDED_MS = 1;
const CALLS = 600;

const clock = createSystemClock();
const random = createSystemRandom();
const signal = new AbortController().signal;
const signingKey = signingKeyFromSeed(random.bytes(32));

/** A tenant's real database, under SQLCipher, with its audit trail. */
async function openChain(folder: string) {
  const database = await createSqlcipherDriver().create(join(folder, 'tenant.db'), random.bytes(32));
  await migrate(database, tenantMigrations, TENANT_APPLICATION_ID);
  const store = await Store.open(database, clock);
  const signer = createAuditSigner(signingKey, ORIGIN);
  const trail = await AuditTrail.open({ store, signer, keep: new MemoryKeep(), clock, log: new MemoryLog() });
  return { store, trail };
}

/** @returns milliseconds of each transaction, a checkpoint after each 50,000 events */
async function grow(store: Store, trail: AuditTrail, events: number): Promise<number[]> {
  const taken: number[] = [];
  for (let made = 0; made < events; made += AT_ONCE) {
    const drafts = Array.from({ length: AT_ONCE }, (_, index) => draftOf(made + index));
    const begun = performance.now();
    await store.write({ events: drafts });
    taken.push(performance.now() - begun);
    if ((made + AT_ONCE) % 50_000 === 0) await trail.checkpoint();
  }
  return taken;
}

async function secondsLive(trail: AuditTrail): Promise<{ seconds: number; events: number }> {
  const begun = performance.now();
  const walk = verifyLive(trail.live(), signal);
  let step = await walk.next();
  while (!step.done) step = await walk.next();
  if (!step.value.ok) throw new Error('the chain does not hold');
  return { seconds: (performance.now() - begun) / 1_000, events: step.value.events };
}

async function secondsOfFile(trail: AuditTrail, file: string): Promise<number> {
  const closing = await trail.checkpoint();
  if (!closing) throw new Error('there is no checkpoint');
  const output = createWriteStream(file);
  const chain = { ...trail.exported(), closing, at: clock.now() };
  for await (const { text } of exportChain('jsonl', chain, signal)) {
    if (!output.write(text)) await once(output, 'drain');
  }
  output.end();
  await finished(output);
  const begun = performance.now();
  const verifier = new AuditFileVerifier({ publicKey: chain.publicKey, checkpoint: closing });
  const input = createReadStream(file, { highWaterMark: 1 << 20 });
  for await (const line of createInterface({ input })) verifier.push(line);
  if (!verifier.end().ok) throw new Error('the file does not hold');
  return (performance.now() - begun) / 1_000;
}

/** The same write through the door, with its event, and by the bare handler, without one; in turns. */
async function measureCalls(store: Store): Promise<{ door: number[]; bare: number[] }> {
  const newId = createIds(clock, random);
  const common = { store, clock, log: new MemoryLog(), newId };
  const tokens = await openTokenKeys({
    ...common,
    tid: newId(),
    derive: (id) => createHash('sha256').update(id).digest(),
  });
  const sessions = createSessions({
    ...common,
    random,
    tokens,
    refreshSeal: createRefreshSeal(random.bytes(32)),
    who: 'user',
    limits: () => ({ idleMinutes: 60, absoluteMinutes: 720 }),
  });
  const person = { id: '019a0000-0000-7000-8000-000000000001', role: 'tenant-admin' as const };
  const { token } = await sessions.begin(person, () => draftOf(0));
  const statement = (at: number) => ({
    sql: 'INSERT OR REPLACE INTO audit_retention (id, keep_days) VALUES (1, ?)',
    params: [at],
  });
  const input = z.object({ at: z.number() });
  const contract = {
    set: procedure({
      summary: 'Changes one row',
      permission: 'ai.configure',
      audit: change('bench.changed'),
      input,
      output: z.object({}),
    }),
  };
  const door = createDoor({
    contract,
    handlers: {
      set: async ({ at }: { at: number }, call: Call) => {
        await store.write({ statements: [statement(at)], events: [call.event({ detail: { at } })] });
        return {};
      },
    },
    authenticate: sessions.authenticate,
    store,
    clock,
    log: new MemoryLog(),
    newIncident: () => 'bench',
    keyedHash: (text: string) => text,
    onStoreProblem: () => undefined,
  });
  const timed = async (times: number[], work: () => Promise<unknown>) => {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  };
  const result = { door: [] as number[], bare: [] as number[] };
  const request = {
    name: 'set',
    credential: splitCredential(token).access,
    source: 'bench',
    signal,
    bytes: 20,
  };
  for (let at = 0; at < CALLS; at += 1) {
    await timed(result.bare, () =>
      store.write({ statements: [statement(at)], events: [], housekeeping: true }),
    );
    await timed(result.door, () => door.call({ ...request, input: { at } }));
  }
  // The first are a warm-up.
  return { door: result.door.slice(CALLS / 4), bare: result.bare.slice(CALLS / 4) };
}

export const auditRow: Row = {
  name: 'audit',
  title: 'The audit chain',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'riscura-bench-'));
    try {
      const { store, trail } = await openChain(folder);
      const calls = await measureCalls(store);
      const appended = await grow(store, trail, EVENTS);
      const tenth = appended.length / 10;
      const [first, last] = [median(appended.slice(0, tenth)), median(appended.slice(-tenth))];
      const live = await secondsLive(trail);
      const file = await secondsOfFile(trail, join(folder, 'audit.jsonl'));
      await store.close();
      const added = quantile(calls.door, 0.95) - quantile(calls.bare, 0.95);
      const verified = (what: string, seconds: number): Line => ({
        what,
        target: `≤ ${MOST_SECONDS} s`,
        measured: `${seconds.toFixed(1)} s`,
        reference: '',
        compared: `${count(live.events / seconds)} events a second`,
        met: seconds <= MOST_SECONDS,
      });
      return {
        lines: [
          {
            what: `append ${AT_ONCE} events to a chain of 900,000 to ${count(EVENTS)}`,
            target: 'constant',
            measured: `p50 ${ms(last)}`,
            reference: `to one of 0 to 100,000: p50 ${ms(first)}`,
            compared: ratio(last, first),
            met: last <= first * 1.5,
          },
          verified(`verify ${count(EVENTS)} events where they lie`, live.seconds),
          verified(`verify ${count(EVENTS)} events of an exported file`, file),
          {
            what: 'what authorise and audit add to a call that changes one row',
            target: `≤ ${MOST_ADDED_MS} ms p95`,
            measured: `${ms(added)} at p95, ${ms(median(calls.door) - median(calls.bare))} at p50`,
            reference: `the bare handler p50 ${ms(median(calls.bare))}, p95 ${ms(quantile(calls.bare, 0.95))}`,
            compared: ratio(median(calls.door), median(calls.bare)),
            met: added <= MOST_ADDED_MS,
          },
        ],
        notes: [
          'One process over a tenant’s database under SQLCipher. Both ways of the last line commit to the disk; through the door the call is parsed, its token verified, its session looked up, its permission checked and its event chained.',
        ],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
