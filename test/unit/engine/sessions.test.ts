import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBetterSqlite3Driver } from '../../../src/adapters/betterSqlite3';
import { createSystemRandom } from '../../../src/adapters/system';
import { DEFAULT_IDENTITY_POLICY } from '../../../src/contract';
import { createIds } from '../../../src/engine/mechanism/ids';
import {
  createSessions,
  SESSIONS_MANAGED_SCHEMA,
  SESSIONS_REFRESH_SCHEMA,
  SESSIONS_SCHEMA,
  type Session,
  type Sessions,
} from '../../../src/engine/mechanism/sessions';
import { migrate, STORE_SCHEMA, Store } from '../../../src/engine/mechanism/store';
import {
  claimedEnd,
  createRefreshSeal,
  createTokenVerifier,
  openTokenKeys,
  signingKeyFromSeed,
  signToken,
  splitCredential,
  TOKEN_KEYS_SCHEMA,
} from '../../../src/engine/mechanism/tokens';
import { MemoryLog } from '../../support/engine';
import { folderUntil } from '../../support/engine/folders';
import { TestClock } from '../../support/engine/testClock';

const MINUTE = 60_000;
const TENANT = '019a0000-0000-7000-8000-0000000000aa';
const HOUR = 60 * MINUTE;
const signingKey = signingKeyFromSeed(new Uint8Array(32).fill(7));

const event = { event: 'test', actor: 'user:p', target: null, outcome: 'done', detail: {} } as const;

async function open() {
  const clock = new TestClock();
  const folder = await folderUntil(onTestFinished);
  const database = await createBetterSqlite3Driver().create(`${folder}/sessions.db`, null);
  await migrate(
    database,
    [
      {
        version: 1,
        name: 'sessions',
        statements: [
          ...STORE_SCHEMA,
          ...SESSIONS_SCHEMA,
          ...SESSIONS_MANAGED_SCHEMA,
          ...SESSIONS_REFRESH_SCHEMA,
          ...TOKEN_KEYS_SCHEMA,
        ],
      },
    ],
    1,
  );
  let held: Promise<void> | null = null;
  let onRead = () => {};
  const store = await Store.open(
    {
      async read(sql, params) {
        const rows = await database.read(sql, params);
        onRead();
        await held;
        return rows;
      },
      commit: (statements) => database.commit(statements),
      check: () => database.check(),
      close: () => database.close(),
    },
    clock,
  );
  onTestFinished(() => store.close());
  const limits = { ...DEFAULT_IDENTITY_POLICY.sessions };
  const newId = createIds(clock, createSystemRandom());
  const tokens = await openTokenKeys({
    ...{ store, clock, newId, log: new MemoryLog(), tid: TENANT },
    derive: (id) => createHash('sha256').update(id).digest(),
  });
  const refreshSeal = createRefreshSeal(new Uint8Array(32).fill(9));
  const create = () =>
    createSessions({
      store,
      clock,
      log: new MemoryLog(),
      newId,
      random: createSystemRandom(),
      tokens,
      refreshSeal,
      who: 'user',
      limits: () => limits,
    });
  const sessions = create();
  const begin = async (id = 'p') => {
    const { session, token } = await sessions.begin({ id, role: 'user' }, () => ({
      ...event,
      at: clock.now(),
    }));
    return { session, token: { credential: token, clock } };
  };
  /** Holds the answers to reads from now on. */
  function holdReads(): { begun: Promise<void>; goOn: () => void } {
    const first = Promise.withResolvers<void>();
    onRead = first.resolve;
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    return {
      begun: first.promise,
      goOn: () => {
        held = null;
        resolve();
      },
    };
  }
  return { clock, store, sessions, begin, create, holdReads, limits };
}

/** What a transport keeps for a session. */
interface Client {
  credential: string;
  readonly clock: TestClock;
}

/** Authenticates as a transport does: what has run out is renewed first. */
async function authenticate(sessions: Sessions, client: Client): Promise<Session> {
  const { access, refresh } = splitCredential(client.credential);
  if (claimedEnd(access) > client.clock.now()) return sessions.authenticate(access);
  client.credential = await sessions.renew(refresh ?? '', 'window:1');
  return sessions.authenticate(splitCredential(client.credential).access);
}

async function isAlive(sessions: Sessions, token: Client): Promise<boolean> {
  try {
    await authenticate(sessions, token);
    return true;
  } catch (problem) {
    expect(problem).toMatchObject({ code: 'NOT_SIGNED_IN' });
    return false;
  }
}

describe('a session', () => {
  it('lives while it is used, for twelve hours at the most', async () => {
    const { clock, sessions, begin } = await open();
    const { token } = await begin();
    for (let passed = 0; passed < 12 * HOUR - 50 * MINUTE; passed += 50 * MINUTE) {
      clock.pass(50 * MINUTE);
      expect(await isAlive(sessions, token)).toBe(true);
    }
    clock.pass(50 * MINUTE);
    expect(await isAlive(sessions, token)).toBe(false);
  });

  it('ends when it was not used for an hour, and stays so', async () => {
    const { clock, sessions, begin } = await open();
    const { token } = await begin();
    clock.pass(61 * MINUTE);
    expect(await isAlive(sessions, token)).toBe(false);
    expect(await isAlive(sessions, token)).toBe(false);
  });

  it('is not prolonged by a clock that is set back', async () => {
    const { clock, sessions, begin } = await open();
    const { token } = await begin();
    const began = clock.now();
    for (let passed = 0; passed < 12 * HOUR; passed += 30 * MINUTE) {
      expect(await isAlive(sessions, token)).toBe(true);
      clock.pass(30 * MINUTE);
      clock.set(began);
    }
    expect(await isAlive(sessions, token)).toBe(false);
  });

  it('is over when the clock is set past its end, and its idle time does not jump with the clock', async () => {
    const { clock, sessions, begin } = await open();
    const { token } = await begin();
    const began = clock.now();
    clock.set(began + 2 * HOUR);
    expect(await isAlive(sessions, token)).toBe(true);
    clock.set(began + 13 * HOUR);
    expect(await isAlive(sessions, token)).toBe(false);
  });

  it('is known after a restart and ends with its sign-out', async () => {
    const { clock, sessions, begin, create } = await open();
    const { session, token } = await begin();
    const after = create();
    expect(await isAlive(after, token)).toBe(true);
    await sessions.end(session.id, { ...event, at: clock.now() });
    expect(await isAlive(sessions, token)).toBe(false);
    expect(await isAlive(create(), token)).toBe(false);
  });

  it('does not come back when it is ended while it is being read', async () => {
    const { clock, begin, create, holdReads } = await open();
    const { session, token } = await begin();
    const sessions = create();
    const { begun, goOn } = holdReads();
    const reading = isAlive(sessions, token);
    await begun;
    await sessions.end(session.id, { ...event, at: clock.now() });
    goOn();
    expect(await reading).toBe(false);
    expect(await isAlive(sessions, token)).toBe(false);
  });

  it('ends with all others of its person and with nobody else’s', async () => {
    const { clock, store, sessions, begin, create } = await open();
    const one = await begin('p');
    const two = await begin('p');
    const other = await begin('q');
    await store.write({
      statements: sessions.endAllOf('p', 'test'),
      events: [{ ...event, at: clock.now() }],
    });
    sessions.forget('p');
    for (const known of [sessions, create()]) {
      expect(await isAlive(known, one.token)).toBe(false);
      expect(await isAlive(known, two.token)).toBe(false);
      expect(await isAlive(known, other.token)).toBe(true);
    }
  });
});

describe('the proof of who somebody is', () => {
  const ago = async (sessions: Sessions, token: Client) => (await authenticate(sessions, token)).provenAgoMs;

  it('is as old as the sign-in, or as the last time it was given again', async () => {
    const { clock, sessions, begin } = await open();
    const { session, token } = await begin();
    expect(session.provenAgoMs).toBe(0);
    clock.pass(6 * MINUTE);
    expect(await ago(sessions, token)).toBe(6 * MINUTE);
    await sessions.prove(session.id, { ...event, at: clock.now() });
    expect(await ago(sessions, token)).toBe(0);
  });

  it('does not get younger when the clock is set back', async () => {
    const { clock, sessions, begin } = await open();
    const { token } = await begin();
    const began = clock.now();
    clock.pass(6 * MINUTE);
    clock.set(began - HOUR);
    expect(await ago(sessions, token)).toBe(6 * MINUTE);
  });

  it('is of that session alone, and a restart forgets it', async () => {
    const { clock, sessions, begin, create } = await open();
    const mine = await begin();
    const stolen = await begin();
    clock.pass(6 * MINUTE);
    await sessions.prove(mine.session.id, { ...event, at: clock.now() });
    expect(await ago(sessions, stolen.token)).toBe(6 * MINUTE);
    expect(await ago(create(), mine.token)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a token', () => {
  const claims = { sub: 'p', tid: 'tenant', role: 'user', permissions: [], jti: 's' } as const;

  it('is good for its tenant, under its key, until its end, also when it was seen before', async () => {
    const clock = new TestClock();
    const exp = clock.now() / 1000 + 60;
    const token = await signToken(signingKey, { ...claims, permissions: [], exp });
    const verifier = createTokenVerifier([signingKey.publicKey], 'tenant', clock);
    expect(await verifier.verify(token)).toMatchObject(claims);
    const elsewhere = createTokenVerifier([signingKey.publicKey], 'other', clock);
    await expect(elsewhere.verify(token)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    await expect(elsewhere.verify(token)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    const foreign = createTokenVerifier(
      [signingKeyFromSeed(new Uint8Array(32).fill(8)).publicKey],
      'tenant',
      clock,
    );
    await expect(foreign.verify(token)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    clock.pass(60_000);
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('without an end or with claims of another form is none', async () => {
    const clock = new TestClock();
    const verifier = createTokenVerifier([signingKey.publicKey], 'tenant', clock);
    const strange = [{ role: 'root' }, { permissions: 'all' }, { tid: undefined }];
    for (const change of strange) {
      const token = await signToken(signingKey, {
        ...claims,
        permissions: [],
        exp: clock.now() / 1000 + 60,
        ...change,
      } as never).catch(() => '');
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    }
  });

  it('changed in any character is none', async () => {
    const clock = new TestClock();
    const verifier = createTokenVerifier([signingKey.publicKey], 'tenant', clock);
    const token = await signToken(signingKey, { ...claims, permissions: [], exp: clock.now() / 1000 + 60 });
    const last = token.lastIndexOf('.') + 1;
    for (let place = 0; place < token.length - 1; place += 7) {
      if (token[place] === '.' || place === last) continue;
      const changed = `${token.slice(0, place)}${token[place] === 'A' ? 'B' : 'A'}${token.slice(place + 1)}`;
      await expect(verifier.verify(changed)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    }
  });
});

describe('ids', () => {
  it('are UUIDv7 that carry the time and never meet', () => {
    const clock = new TestClock();
    const newId = createIds(clock, createSystemRandom());
    const ids = Array.from({ length: 2_000 }, () => newId());
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(clock.now());
    }
  });
});
