import { describe, expect, test } from 'vitest';
import { verifyLive } from '../../../src/engine/mechanism/audit';
import { AuditFileVerifier, verifyInclusion } from '../../../src/engine/mechanism/chain';
import { draftOf, MemoryKeep, openTrail } from '../../support/auditTrail';
import { temporaryFolder } from '../../support/temporaryFolder';

const signal = new AbortController().signal;

async function start(events: number) {
  const file = `${await temporaryFolder()}/store.db`;
  const keep = new MemoryKeep();
  const opened = await openTrail(file, false, keep);
  await opened.appendAtOnce(events);
  const segments: string[] = [];
  const keepSegment = async (text: string) => {
    segments.push(text);
    return { file: `segment-${segments.length}`, sizeBytes: text.length };
  };
  return { file, keep, segments, keepSegment, ...opened };
}

type Opened = Awaited<ReturnType<typeof openTrail>>;

async function verdictOf({ trail }: Pick<Opened, 'trail'>) {
  const walk = verifyLive(trail.live(), signal);
  let step = await walk.next();
  while (!step.done) step = await walk.next();
  return step.value;
}

function verifyText(text: string) {
  const verifier = new AuditFileVerifier({ publicKey: null, checkpoint: null });
  for (const line of text.trimEnd().split('\n')) verifier.push(line);
  return verifier.end();
}

/** Everything before event n+1 is older than this. */
const timeAfter = (events: number): number => draftOf(events).at;

describe('pruning old audit events', () => {
  test('exports whole segments, leaves a signed head, and the rest still verifies', async () => {
    const opened = await start(1_000);
    const { trail, store, segments, keepSegment } = opened;
    await expect(trail.prune(timeAfter(700), keepSegment, draftOf(0))).resolves.toBe(512);
    await expect(trail.prune(timeAfter(700), keepSegment, draftOf(0))).resolves.toBeNull();
    const [row] = await store.read('SELECT min(sequence) AS first, max(sequence) AS last FROM audit_events');
    expect(row).toEqual({ first: 513, last: 1_001 });
    expect(verifyText(segments[0] ?? '')).toMatchObject({ ok: true, events: 512 });
    expect(await verdictOf(opened)).toMatchObject({ ok: true, events: 489 });
    const [said] = await store.read('SELECT event, detail FROM audit_events ORDER BY sequence DESC LIMIT 1');
    expect(said?.event).toBe('audit.pruned');
    expect(JSON.parse(String(said?.detail))).toMatchObject({ from: 1, through: 512, segment: 'segment-1' });
    await store.close();
  });

  test('goes on from segment to segment, with proofs of what is left, also after it was opened again', async () => {
    const { file, keep, trail, store, segments, keepSegment } = await start(600);
    await trail.prune(timeAfter(300), keepSegment, draftOf(0));
    await trail.close();
    await store.close();
    const again = await openTrail(file, true, keep);
    await again.appendAtOnce(300);
    await expect(again.trail.prune(timeAfter(800), keepSegment, draftOf(0))).resolves.toBe(768);
    expect(verifyText(segments[1] ?? '')).toMatchObject({
      ok: true,
      events: 512,
      header: { from: { sequence: 256 } },
    });
    expect(await verdictOf(again)).toMatchObject({ ok: true });
    const { record, checkpoint, path } = await again.trail.evidence(800);
    expect(verifyInclusion(record.hash, { leaf: 799, size: checkpoint.size, path }, checkpoint.root)).toBe(
      true,
    );
    await expect(again.trail.evidence(700)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await again.trail.close();
    await again.store.close();
    const third = await openTrail(file, true, keep);
    await third.store.close();
  });

  test('removes nothing when the segment could not be kept', async () => {
    const { trail, store } = await start(600);
    const full = async () => Promise.reject(new Error('the volume is full'));
    await expect(trail.prune(timeAfter(600), full, draftOf(0))).rejects.toThrow('the volume is full');
    const [row] = await store.read('SELECT count(*) AS count FROM audit_events');
    expect(row?.count).toBe(600);
    await store.close();
  });

  test('never takes the newest event, nor one that is not signed for', async () => {
    const { trail, store, database, keepSegment } = await start(512);
    await expect(trail.prune(Number.MAX_SAFE_INTEGER, keepSegment, draftOf(0))).resolves.toBe(256);
    const removal = database.commit([{ sql: 'DELETE FROM audit_events WHERE sequence = 257', params: [] }]);
    await expect(removal).rejects.toThrow();
    await store.close();
  });

  test('is noticed when its signed head was changed, or events of the rest were removed with it', async () => {
    const { file, keep, trail, store, database, keepSegment } = await start(800);
    await trail.prune(timeAfter(300), keepSegment, draftOf(0));
    await trail.close();
    await database.commit([
      { sql: 'DROP TRIGGER audit_heads_are_not_changed', params: [] },
      { sql: 'UPDATE audit_heads SET sequence = 512', params: [] },
      { sql: 'DELETE FROM audit_events WHERE sequence <= 512', params: [] },
    ]);
    await store.close();
    await expect(openTrail(file, true, keep)).rejects.toMatchObject({
      code: 'AUDIT_BROKEN',
      detail: { reason: expect.stringContaining('does not carry its signature') },
    });
  });
});
