import { describe, expect, test, vi } from 'vitest';
import { type AuditRecord, GENESIS, verifyChain } from '../../../src/engine/mechanism/chain';
import { bulkInsert, Store, type Write } from '../../../src/engine/mechanism/store';
import { type SqlRow, StoreError } from '../../../src/engine/ports';
import { drivers, event, FOLDERS, NOTES, testStore } from './testStore';

/** How long a busy machine may take. */
const BUSY = { timeout: 30_000 };

const note = (id: string, folder = 'f'): Write => ({
  rows: [{ into: NOTES, rows: [[id, folder, `text of ${id}`, 1.5]] }],
  events: [event('note.added', { id })],
});

const recordOf = (row: SqlRow): AuditRecord =>
  ({
    sequence: row.sequence,
    hash: row.hash,
    previousHash: row.previous_hash,
    body: {
      at: row.at,
      event: row.event,
      actor: row.actor,
      target: row.target,
      outcome: row.outcome,
      detail: row.detail,
    },
  }) as AuditRecord;

async function chainIn(store: Store): Promise<AuditRecord[]> {
  return (await store.read('SELECT * FROM audit_events ORDER BY sequence')).map(recordOf);
}

describe.each(drivers)('a store over %s', (_, driver, key) => {
  const fresh = () => testStore(driver, key);

  test('writes rows, statements and events together and answers the places in the chain', async () => {
    const { store } = await fresh();
    expect(store.auditHead()).toEqual(GENESIS);
    const places = await store.write({
      rows: [
        { into: FOLDERS, rows: [['f']] },
        {
          into: NOTES,
          rows: [
            ['a', 'f', null, 0.25],
            ['b', 'f', 'naïve 😀 "\\', 3],
          ],
        },
      ],
      statements: [
        { sql: 'UPDATE counters SET value = value + ? WHERE id = ?', params: [2, 'a'], expect: 1 },
      ],
      events: [event('folder.added'), event('note.added', { count: 2 })],
    });
    expect(places.map((place) => place.sequence)).toEqual([1, 2]);
    expect(store.auditHead()).toEqual(places[1]);
    expect(await store.read('SELECT * FROM notes ORDER BY id')).toEqual([
      { id: 'a', folder: 'f', text: null, size: 0.25 },
      { id: 'b', folder: 'f', text: 'naïve 😀 "\\', size: 3 },
    ]);
    expect(await store.read('SELECT value FROM counters')).toEqual([{ value: 2 }]);
    const records = await chainIn(store);
    expect(verifyChain(records, { through: places[1] })).toEqual({ ok: true, head: places[1] });
  });

  test('puts writes that come while one is running into one transaction', async () => {
    const { store, database } = await fresh();
    await store.write({ rows: [{ into: FOLDERS, rows: [['f']] }], events: [event()] });
    database.commits.length = 0;
    const writes = Array.from({ length: 60 }, (__, index) =>
      store.write({
        ...note(`n${index}`),
        statements: [{ sql: "UPDATE counters SET value = value + 1 WHERE id = 'a'", params: [], expect: 1 }],
      }),
    );
    const places = (await Promise.all(writes)).flat();
    expect(database.commits.length).toBeLessThan(5);
    const group = database.commits.find((commit) => commit.length > 10) ?? [];
    expect(group.filter((statement) => statement.sql.startsWith('INSERT INTO notes'))).toHaveLength(1);
    expect(group.filter((statement) => statement.sql.startsWith('INSERT INTO audit_events'))).toHaveLength(1);
    expect(places.map((place) => place.sequence)).toEqual(places.map((__, index) => index + 2));
    expect(await store.read('SELECT value FROM counters')).toEqual([{ value: 60 }]);
    expect(verifyChain(await chainIn(store))).toMatchObject({ ok: true, head: { sequence: 61 } });
  });

  test('lets a patient write wait for one that is in a hurry, before which it stands', async () => {
    const { store, database, clock } = await testStore(driver, key);
    clock.holdWaits();
    const patient = store.write({ events: [event('first')], patient: true });
    await vi.waitFor(() => expect(clock.waiting).toBe(1));
    expect(database.commits).toHaveLength(0);
    const [[first], [second]] = await Promise.all([patient, store.write({ events: [event('second')] })]);
    expect([first?.sequence, second?.sequence]).toEqual([1, 2]);
    expect(database.commits).toHaveLength(1);
  });

  test('writes a patient write when nobody comes, and when the store is closed', async () => {
    const { store, database, clock } = await testStore(driver, key);
    clock.holdWaits();
    const alone = store.write({ events: [event()], patient: true });
    await vi.waitFor(() => expect(clock.waiting).toBe(1));
    clock.endWaits();
    expect(await alone).toHaveLength(1);
    const last = store.write({ events: [event()], patient: true });
    await vi.waitFor(() => expect(clock.waiting).toBe(1));
    await store.close();
    expect(await last).toHaveLength(1);
    expect(database.commits).toHaveLength(2);
  });

  test('lets nobody pay for the error of another in the group', async () => {
    const { store } = await fresh();
    await store.write({ rows: [{ into: FOLDERS, rows: [['f']] }], events: [event()] });
    const guarded: Write = {
      ...note('guarded'),
      statements: [
        { sql: "UPDATE counters SET value = 5 WHERE id = 'a'", params: [], expect: 1 },
        { sql: "UPDATE counters SET value = 6 WHERE id = 'nobody'", params: [], expect: 1 },
      ],
    };
    const outcomes = await Promise.allSettled([
      store.write(note('a')),
      store.write(guarded),
      store.write(note('b')),
      store.write(note('a')),
      store.write(note('c', 'no folder')),
      store.write({ events: [event('odd', { value: Number.NaN })] }),
      store.write(note('d')),
    ]);
    const problems = outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value.map((place) => place.sequence) : outcome.reason,
    );
    expect(problems).toEqual([
      [2],
      expect.objectContaining({ name: 'StoreError', problem: 'guard', statement: 1 }),
      [3],
      expect.objectContaining({ name: 'StoreError', problem: 'constraint', statement: null }),
      expect.objectContaining({ name: 'StoreError', problem: 'constraint' }),
      expect.any(RangeError),
      [4],
    ]);
    expect((await store.read('SELECT id FROM notes ORDER BY id')).map((row) => row.id)).toEqual([
      'a',
      'b',
      'd',
    ]);
    expect(await store.read('SELECT value FROM counters')).toEqual([{ value: 0 }]);
    expect(verifyChain(await chainIn(store))).toMatchObject({ ok: true, head: { sequence: 4 } });
  });

  test('inserts into tables in an order that suits all members', async () => {
    const { store, database } = await fresh();
    await store.write({ rows: [{ into: FOLDERS, rows: [['f']] }], events: [event()] });
    database.commits.length = 0;
    const blocker = store.write({ events: [event()] });
    await Promise.all([
      blocker,
      store.write(note('first')),
      store.write({
        rows: [
          { into: FOLDERS, rows: [['g']] },
          { into: NOTES, rows: [['second', 'g', null, 1]] },
        ],
        events: [event()],
      }),
    ]);
    expect(database.commits).toHaveLength(1);
  });

  test('keeps text that UTF-8 or SQLite would not, with a replacement for what is lost', async () => {
    const { store } = await fresh();
    await store.write({
      rows: [
        { into: FOLDERS, rows: [['f']] },
        { into: NOTES, rows: [['a', 'f', 'x\0y\ud800z \\u0000', 1]] },
      ],
      events: [event('odd\0event', { text: 'a\0b' })],
    });
    expect(await store.read('SELECT text FROM notes')).toEqual([{ text: 'x\ufffdy\ufffdz \\u0000' }]);
    expect(verifyChain(await chainIn(store))).toMatchObject({ ok: true });
  });

  test('refuses a write without an event unless it is housekeeping', async () => {
    const { store } = await fresh();
    const update = [{ sql: 'UPDATE counters SET value = 1', params: [] }];
    await expect(store.write({ statements: update, events: [] })).rejects.toMatchObject({ problem: 'other' });
    expect(await store.read('SELECT value FROM counters')).toEqual([{ value: 0 }]);
    expect(await store.write({ statements: update, events: [], housekeeping: true })).toEqual([]);
    expect(await store.read('SELECT value FROM counters')).toEqual([{ value: 1 }]);
    expect(store.auditHead()).toEqual(GENESIS);
  });

  test('lets no statement change or remove an audit event', async () => {
    const { store } = await fresh();
    await store.write({ events: [event()] });
    for (const sql of ["UPDATE audit_events SET actor = 'x'", 'DELETE FROM audit_events']) {
      await expect(
        store.write({ statements: [{ sql, params: [] }], events: [event()] }),
      ).rejects.toMatchObject({
        problem: 'constraint',
        statement: 0,
      });
    }
    expect(await chainIn(store)).toHaveLength(1);
  });

  test('goes on with its chain when it is opened again', async () => {
    const { store, file } = await fresh();
    await store.write({ events: [event(), event()] });
    const head = store.auditHead();
    await store.close();
    const again = await Store.open(await driver.open(file, key), { every: () => () => undefined } as never);
    expect(again.auditHead()).toEqual(head);
    await again.write({ events: [event()] });
    expect(verifyChain(await chainIn(again), { through: head })).toMatchObject({
      ok: true,
      head: { sequence: 3 },
    });
    await again.close();
  });

  test('finishes what it took when it is closed, and takes nothing more', async () => {
    const { store, file } = await fresh();
    // More than one group holds.
    const writes = Array.from({ length: 600 }, () => store.write({ events: [event()] }));
    const closing = store.close();
    await expect(store.write({ events: [event()] })).rejects.toMatchObject({ problem: 'other' });
    await Promise.all([...writes, closing]);
    const again = await driver.open(file, key);
    expect(await again.read('SELECT count(*) AS n FROM audit_events')).toEqual([{ n: 600 }]);
    await again.close();
  });

  test.each(['full', 'read-only'] as const)(
    'is read-only while the volume is %s and heals by itself',
    async (problem) => {
      const { store, database, clock } = await fresh();
      const heard = vi.fn();
      const stop = store.onHealth(heard);
      await store.write({ rows: [{ into: FOLDERS, rows: [['f']] }], events: [event()] });
      database.failure = new StoreError(problem);
      const writes = Array.from({ length: 600 }, (__, index) => store.write(note(`n${index}`)));
      const outcomes = await Promise.allSettled(writes);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({
          status: 'rejected',
          reason: { name: 'ConsoleError', code: 'READ_ONLY' },
        });
      }
      expect(store.health).toBe('read-only');
      expect(database.commits).toHaveLength(2);
      const before = database.commits.length;
      await expect(store.write(note('later'))).rejects.toMatchObject({ code: 'READ_ONLY' });
      expect(database.commits).toHaveLength(before);
      expect(await store.read('SELECT count(*) AS n FROM notes')).toEqual([{ n: 0 }]);

      clock.advance(2_000);
      await vi.waitFor(() => expect(database.commits).toHaveLength(before + 1), BUSY);
      // A probe that is under way is not joined by another; let this one end.
      await store.read('SELECT 1');
      expect(store.health).toBe('read-only');
      database.failure = null;
      clock.advance(2_000);
      await vi.waitFor(() => expect(store.health).toBe('healthy'), BUSY);
      expect(clock.timers).toBe(0);
      await store.write(note('healed'));
      expect(heard.mock.calls).toEqual([['read-only'], ['healthy']]);
      expect(verifyChain(await chainIn(store))).toMatchObject({ ok: true, head: { sequence: 2 } });

      stop();
      database.failure = new StoreError(problem);
      await expect(store.write(note('again'))).rejects.toMatchObject({ code: 'READ_ONLY' });
      expect(heard).toHaveBeenCalledTimes(2);
      await store.close();
      expect(clock.timers).toBe(0);
    },
  );

  test('tells of damage and does not turn read-only', async () => {
    const { store, database } = await fresh();
    database.failure = new StoreError('damaged');
    await expect(store.write({ events: [event()] })).rejects.toMatchObject({ problem: 'damaged' });
    expect(store.health).toBe('healthy');
  });

  test('reads its head again after a commit whose outcome nobody knows', async () => {
    const { store, database } = await fresh();
    await store.write({ events: [event()] });
    const commit = database.commit.bind(database);
    database.commit = async (statements) => {
      await commit(statements);
      database.commit = commit;
      throw new StoreError('other');
    };
    await expect(store.write({ events: [event()] })).rejects.toMatchObject({ problem: 'other' });
    const [place] = await store.write({ events: [event()] });
    expect(place?.sequence).toBe(3);
    expect(verifyChain(await chainIn(store))).toMatchObject({ ok: true, head: { sequence: 3 } });
  });
});

test('names of tables and columns are plain, so that none can carry SQL', () => {
  expect(() => bulkInsert('notes; DROP TABLE notes', ['id'])).toThrow(RangeError);
  expect(() => bulkInsert('notes', ['id) SELECT 1 --'])).toThrow(RangeError);
});
