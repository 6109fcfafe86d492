import { describe, expect, test } from 'vitest';
import { ConsoleError } from '../../../src/contract';
import { auditSignatures, verifyInclusion } from '../../../src/engine/mechanism/chain';
import { draftOf, MemoryKeep, ORIGIN, openTrail, testSigner } from '../../support/auditTrail';
import { temporaryFolder } from '../../support/temporaryFolder';

const fresh = async () => {
  const file = `${await temporaryFolder()}/store.db`;
  const keep = new MemoryKeep();
  return { file, keep, ...(await openTrail(file, false, keep)) };
};

describe('an audit trail', () => {
  test('has no checkpoint while nothing has happened', async () => {
    const { trail, store, keep } = await fresh();
    expect(await trail.checkpoint()).toBeNull();
    expect(await trail.state()).toMatchObject({ events: 0, checkpoints: 0, newest: null, kept: null });
    await trail.close();
    await store.close();
    expect(keep.text).toBeNull();
  });

  test('signs what is new every few minutes and at its end, and keeps the newest outside', async () => {
    const { trail, store, clock, keep, append } = await fresh();
    trail.start();
    await append(3);
    clock.pass(5 * 60_000);
    await trail.checkpoint();
    expect(JSON.parse(keep.text ?? '')).toMatchObject({ origin: ORIGIN, size: 3 });
    clock.pass(5 * 60_000);
    expect(await trail.state()).toMatchObject({ checkpoints: 1 });
    await append(2);
    await trail.close();
    expect(JSON.parse(keep.text ?? '')).toMatchObject({ size: 5 });
    expect(await trail.state()).toMatchObject({
      events: 5,
      checkpoints: 2,
      newest: { size: 5 },
      kept: { size: 5 },
    });
    await store.close();
  });

  test('signs with the key of the installation, and for no other chain', async () => {
    const { trail, store, append } = await fresh();
    await append(4);
    const checkpoint = await trail.checkpoint();
    if (!checkpoint) throw new Error('there is no checkpoint');
    expect(auditSignatures(testSigner.trusted, ORIGIN).isCheckpoint(checkpoint)).toBe(true);
    expect(auditSignatures(testSigner.trusted, 'tenant:other').isCheckpoint(checkpoint)).toBe(false);
    const other = { ...checkpoint, origin: 'tenant:other' };
    expect(auditSignatures(testSigner.trusted, 'tenant:other').isCheckpoint(other)).toBe(false);
    await store.close();
  });

  test('proves each event against its newest checkpoint, over several tiles and checkpoints', async () => {
    const { trail, store, appendAtOnce } = await fresh();
    await appendAtOnce(300);
    await trail.checkpoint();
    await appendAtOnce(700);
    await trail.checkpoint();
    for (const sequence of [1, 256, 257, 300, 301, 512, 1_000]) {
      const { record, checkpoint, path } = await trail.evidence(sequence);
      const proof = { leaf: sequence - 1, size: checkpoint.size, path };
      expect(record.sequence).toBe(sequence);
      expect(verifyInclusion(record.hash, proof, checkpoint.root)).toBe(true);
    }
    await appendAtOnce(1);
    const { checkpoint } = await trail.evidence(1_001);
    expect(checkpoint.size).toBe(1_001);
    await expect(trail.evidence(2_000)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await store.close();
  });

  test('makes a checkpoint in a time that does not grow with the chain', async () => {
    const { trail, store, database, appendAtOnce } = await fresh();
    const read: number[] = [];
    const original = database.read.bind(database);
    database.read = async (sql, params) => {
      const rows = await original(sql, params);
      read.push(rows.length);
      return rows;
    };
    const rowsOf = async (): Promise<number> => {
      read.length = 0;
      await appendAtOnce(10);
      await trail.checkpoint();
      return read.reduce((sum, rows) => sum + rows, 0);
    };
    await rowsOf();
    await appendAtOnce(70_000);
    await trail.checkpoint();
    // At most the new events, the open tile of each level, and a tile that became full.
    expect(await rowsOf()).toBeLessThan(10 + 4 * 256);
    expect(await trail.state()).toMatchObject({ checkpoints: 4 });
    await store.close();
  });

  test('does not sign a chain that was edited since', async () => {
    const { trail, store, database, append } = await fresh();
    await append(5);
    await trail.checkpoint();
    await append(5);
    await database.commit([
      { sql: 'DROP TRIGGER audit_events_are_not_changed', params: [] },
      { sql: "UPDATE audit_events SET actor = 'user:2' WHERE sequence = 8", params: [] },
    ]);
    await expect(trail.checkpoint()).rejects.toMatchObject({
      code: 'AUDIT_BROKEN',
      detail: { reason: 'Event 8 was edited.' },
    });
    await store.close();
  });
});

describe('a database behind its newest kept checkpoint', () => {
  const reopen = async (file: string, keep: MemoryKeep) => {
    const { store } = await openTrail(file, true, keep);
    await store.close();
  };

  test('opens when nothing was done to it', async () => {
    const { file, keep, trail, store, append } = await fresh();
    await append(6);
    await trail.close();
    await store.close();
    await expect(reopen(file, keep)).resolves.toBeUndefined();
  });

  test.each([
    [
      'was cut off',
      'DELETE FROM audit_events WHERE sequence > 4',
      'ends at audit event 4 and 6 events were signed',
    ],
    ['lost its events and checkpoints', 'DELETE FROM audit_events', 'ends at audit event 0 and 6'],
    [
      'holds another event there',
      "UPDATE audit_events SET hash = '00' WHERE sequence = 6",
      'event 6 is not the one',
    ],
    ['has a forged checkpoint', 'UPDATE audit_checkpoints SET root = head', 'does not carry its signature'],
  ])('is noticed when it %s', async (_how, sql, words) => {
    const { file, keep, trail, store, database, append } = await fresh();
    await append(6);
    await trail.close();
    const tables = ['audit_events', 'audit_checkpoints'];
    const triggers = tables.flatMap((table) => [`${table}_are_not_changed`, `${table}_are_not_removed`]);
    await database.commit([
      ...triggers.map((name) => ({ sql: `DROP TRIGGER ${name}`, params: [] })),
      { sql, params: [] },
      ...(sql.startsWith('DELETE') ? [{ sql: 'DELETE FROM audit_checkpoints', params: [] }] : []),
    ]);
    await store.close();
    const problem = await reopen(file, keep).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(ConsoleError);
    expect(problem).toMatchObject({
      code: words.includes('ends at') ? 'AUDIT_TRUNCATED' : 'AUDIT_BROKEN',
      detail: { reason: expect.stringContaining(words) },
    });
  });

  test('is noticed when what is kept is no checkpoint of this installation', async () => {
    const { file, keep, trail, store, append } = await fresh();
    await append(2);
    await trail.close();
    await store.close();
    const kept = JSON.parse(keep.text ?? '');
    for (const text of ['', '{}', JSON.stringify({ ...kept, size: 1 })]) {
      keep.text = text;
      await expect(reopen(file, keep)).rejects.toMatchObject({ code: 'AUDIT_BROKEN' });
    }
  });

  test('says in its chain that the kept checkpoint was gone', async () => {
    const { file, keep, trail, store, append } = await fresh();
    await append(2);
    await trail.close();
    await store.close();
    keep.text = null;
    const again = await openTrail(file, true, keep);
    const [row] = await again.store.read('SELECT event, detail FROM audit_events WHERE sequence = 3');
    expect(row).toEqual({
      event: 'audit.kept-checkpoint-missing',
      detail: '{"@from":"job:audit","checkpoint":2}',
    });
    await again.store.close();
  });

  test('goes on when the keychain holds an older checkpoint than the database', async () => {
    const { file, keep, trail, store, append } = await fresh();
    await append(2);
    await trail.checkpoint();
    const older = keep.text;
    await store.write({ events: [draftOf(9)] });
    await trail.close();
    await store.close();
    keep.text = older;
    await expect(reopen(file, keep)).resolves.toBeUndefined();
  });
});
