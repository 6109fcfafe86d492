import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditCheckpoint } from '../../../src/contract';
import {
  type AuditRecord,
  type AuditVerdict,
  AuditVerifier,
  GENESIS,
  link,
  TreeEdge,
} from '../../../src/engine/mechanism/chain';
import { draftOf, ORIGIN, testSigner } from '../../support/auditTrail';

const LENGTH = 40;
const CHECKPOINTS_AT = [7, 16, 29, LENGTH];

function build(records: AuditRecord[], from: number, changed: number): void {
  for (let index = from; index <= LENGTH; index += 1) {
    const before = records[index - 2] ?? GENESIS;
    const draft = draftOf(index);
    records[index - 1] = link(before.hash, index, index === changed ? { ...draft, actor: 'user:2' } : draft);
  }
}

const records: AuditRecord[] = [];
build(records, 1, 0);
const checkpoints: AuditCheckpoint[] = [];
const edge = new TreeEdge();
for (const record of records) {
  edge.append(record.hash);
  if (CHECKPOINTS_AT.includes(record.sequence))
    checkpoints.push(testSigner.checkpoint(record, edge.root(), record.body.at));
}

function verify(
  chain: readonly AuditRecord[],
  { closing = checkpoints.at(-1) ?? null, given = checkpoints, publicKey = testSigner.publicKey } = {},
): AuditVerdict {
  const verifier = new AuditVerifier({
    origin: ORIGIN,
    publicKeys: [publicKey],
    from: null,
    closing,
    exact: true,
  });
  for (const checkpoint of given) verifier.checkpoint(checkpoint);
  for (const record of chain) if (!verifier.event(record)) break;
  return verifier.end();
}

const at = (sequence: number): AuditRecord => records[sequence - 1] as AuditRecord;
const places = fc.integer({ min: 1, max: LENGTH });

describe('a chain that is held against its signed checkpoints', () => {
  test('holds when nothing was done to it', () => {
    expect(verify(records)).toMatchObject({
      ok: true,
      events: LENGTH,
      checkpoints: CHECKPOINTS_AT.length,
    });
  });

  test('names the first event that was edited, whatever of it', () => {
    const edits = fc.constantFrom('at', 'event', 'actor', 'target', 'outcome', 'detail');
    fc.assert(
      fc.property(places, edits, (sequence, field) => {
        const record = at(sequence);
        const body = { ...record.body, [field]: field === 'at' ? 1 : 'failed' };
        const chain = records.map((each) => (each === record ? { ...record, body } : each));
        expect(verify(chain)).toMatchObject({ ok: false, fault: 'edited', sequence });
      }),
    );
  });

  test('names the first event that was edited and given a hash that fits', () => {
    fc.assert(
      fc.property(places, (sequence) => {
        const record = at(sequence);
        const forged = link(record.previousHash, sequence, { ...draftOf(sequence), actor: 'user:2' });
        const verdict = verify(records.map((each) => (each === record ? forged : each)));
        // The last event is not covered by another one: there the signed checkpoint says so.
        if (sequence < LENGTH - 1) expect(verdict).toMatchObject({ ok: false, fault: 'edited', sequence });
        else expect(verdict).toMatchObject({ ok: false });
      }),
    );
  });

  test('names the first event that was removed', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 5 }), (sequence, count) => {
        const chain = records.filter((each) => each.sequence < sequence || each.sequence >= sequence + count);
        const fault = sequence + count > LENGTH ? 'truncated' : 'removed';
        expect(verify(chain)).toMatchObject({ ok: false, fault, sequence });
      }),
    );
  });

  test('names the first event that was moved further back', () => {
    fc.assert(
      fc.property(places, places, (one, two) => {
        fc.pre(one !== two);
        const [sequence, to] = one < two ? [one, two] : [two, one];
        const chain = records.filter((each) => each.sequence !== sequence);
        chain.splice(to - 1, 0, at(sequence));
        expect(verify(chain)).toMatchObject({ ok: false, fault: 'reordered', sequence });
      }),
    );
  });

  test('names an event that was inserted', () => {
    fc.assert(
      fc.property(places, fc.boolean(), (sequence, sound) => {
        const before = at(sequence);
        const extra = sound
          ? link(before.hash, sequence + 1, { ...draftOf(99), actor: 'user:2' })
          : link('ab'.repeat(32), sequence, draftOf(99));
        const chain = [...records.slice(0, sequence), extra, ...records.slice(sequence)];
        const verdict = verify(chain);
        expect(verdict.ok).toBe(false);
        if (!verdict.ok) expect([sequence, sequence + 1]).toContain(verdict.sequence);
      }),
    );
  });

  test('names where it was cut off', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LENGTH - 1 }), (length) => {
        expect(verify(records.slice(0, length))).toMatchObject({
          ok: false,
          fault: 'truncated',
          sequence: length + 1,
        });
      }),
    );
  });

  test('shows between which checkpoints it was rewritten to its end', () => {
    fc.assert(
      fc.property(places, (sequence) => {
        const chain = [...records];
        build(chain, sequence, sequence);
        const until = CHECKPOINTS_AT.find((size) => size >= sequence);
        const passed = CHECKPOINTS_AT.filter((size) => size < sequence).at(-1) ?? 0;
        expect(verify(chain)).toMatchObject({ ok: false, fault: 'rewritten', sequence: passed + 1, until });
      }),
    );
  });

  test('does not take a checkpoint that somebody else signed, or that was edited', () => {
    const [first] = checkpoints as [AuditCheckpoint];
    const edited = { ...first, at: first.at + 1 };
    expect(verify(records, { given: [edited] })).toMatchObject({ ok: false, fault: 'forged', sequence: 7 });
    const elsewhere = { ...first, origin: 'tenant:other' };
    expect(verify(records, { given: [elsewhere] })).toMatchObject({ ok: false, fault: 'forged' });
    const other = Buffer.from(testSigner.publicKey, 'base64');
    other[20] = (other[20] ?? 0) ^ 1;
    expect(verify(records, { publicKey: other.toString('base64') })).toMatchObject({ fault: 'forged' });
  });

  test('goes on after a signed head, and does not take another one', () => {
    const tree = new TreeEdge();
    for (const record of records.slice(0, 20)) tree.append(record.hash);
    const from = testSigner.head(at(20), tree.roots(), 1);
    const options = { origin: ORIGIN, publicKeys: testSigner.trusted, closing: checkpoints.at(-1) ?? null };
    const run = (head: typeof from, chain: readonly AuditRecord[]) => {
      const verifier = new AuditVerifier({ ...options, from: head });
      for (const record of chain) if (!verifier.event(record)) break;
      return verifier.end();
    };
    expect(run(from, records.slice(20))).toMatchObject({ ok: true, events: 20 });
    expect(run(from, records.slice(21))).toMatchObject({ ok: false, fault: 'removed', sequence: 21 });
    expect(run({ ...from, sequence: 21 }, records.slice(21))).toMatchObject({ ok: false, fault: 'forged' });
  });
});
