import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AuditDraft,
  type AuditRecord,
  canonicalDetail,
  encodeEvent,
  GENESIS,
  link,
  readDetail,
  verifyChain,
} from '../../../src/engine/mechanism/chain';

const draft = (index: number, change: Partial<AuditDraft> = {}): AuditDraft => ({
  at: 1_763_954_718_000 + index,
  event: 'tenant.suspended',
  actor: 'operator:1',
  target: `tenant:${index}`,
  outcome: 'done',
  detail: { index },
  ...change,
});

function chainOf(length: number): AuditRecord[] {
  const records: AuditRecord[] = [];
  let head = GENESIS;
  for (let index = 1; index <= length; index += 1) {
    const record = link(head.hash, head.sequence + 1, draft(index));
    records.push(record);
    head = record;
  }
  return records;
}

/** The record with another content and a hash that fits it, as somebody would forge it who knows the encoding. */
function forged(
  record: AuditRecord,
  change: Partial<AuditDraft>,
  previousHash = record.previousHash,
): AuditRecord {
  return link(previousHash, record.sequence, draft(record.sequence, change));
}

describe('the encoding of an audit event', () => {
  test('begins at a fixed genesis', () => {
    expect(GENESIS).toEqual({
      sequence: 0,
      hash: createHash('sha256').update('riscura-audit/v1/genesis').digest('hex'),
    });
    expect(GENESIS.hash).toBe('e321dc9a638bf6b84ece163b4d0dd706b04131e1862728f6379bf388f62ca37f');
  });

  test('is what its description says, byte for byte', () => {
    const record = link(GENESIS.hash, 1, {
      at: 1_700_000_000_000,
      event: 'auth.signed-in',
      actor: 'user:é',
      target: null,
      outcome: 'refused',
      detail: { z: 1, a: 'ü"\n', n: null, b: true },
    });
    const field = (text: string) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(text));
      return Buffer.concat([length, Buffer.from(text)]);
    };
    const bytes = Buffer.concat([
      Buffer.from('riscura-audit/v1'),
      Buffer.from(GENESIS.hash, 'hex'),
      field('1'),
      field('1700000000000'),
      field('auth.signed-in'),
      field('user:é'),
      Buffer.from('ffffffff', 'hex'),
      field('refused'),
      field('{"a":"ü\\"\\n","b":true,"n":null,"z":1}'),
    ]);
    expect(encodeEvent(GENESIS.hash, 1, record.body).toString('hex')).toBe(bytes.toString('hex'));
    expect(record.hash).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(record.hash).toBe('1472f84d4093de86d1c8f5ef8280967f01ef01fcff183c494a493f0b0815d2ba');
    const second = link(record.hash, 2, draft(7));
    expect(second.hash).toBe('8a29d310b4f60d62ab975b8da9849de773d6adaaa2b45bf450c9a610efc4b063');
  });

  test('tells an absent target from an empty one, and one field from its neighbour', () => {
    const hashes = [
      draft(1, { target: null }),
      draft(1, { target: '' }),
      draft(1, { event: 'ab', actor: 'c' }),
      draft(1, { event: 'a', actor: 'bc' }),
    ].map((event) => link(GENESIS.hash, 1, event).hash);
    expect(new Set(hashes).size).toBe(4);
  });

  test('does not depend on the order in which a detail was written', () => {
    expect(canonicalDetail({ b: 1, a: '2' })).toBe('{"a":"2","b":1}');
    expect(canonicalDetail({ b: -0, a: 1e21, __proto__: null as never })).toBe('{"a":1e+21,"b":0}');
  });

  test('refuses what JSON and SQLite cannot keep, and replaces text that UTF-8 cannot', () => {
    expect(() => canonicalDetail({ a: Number.NaN })).toThrow(RangeError);
    expect(() => link(GENESIS.hash, 1, draft(1.5))).toThrow(RangeError);
    expect(() => link('not a hash', 1, draft(1))).toThrow(RangeError);
    const { body } = link(GENESIS.hash, 1, draft(1, { actor: 'a\0b\ud800', detail: { x: '\udfff😀' } }));
    expect(body.actor).toBe('a\ufffdb\ufffd');
    expect(body.detail).toBe('{"x":"\ufffd😀"}');
  });

  test('covers from where and as what somebody acted, and what they changed', () => {
    const context = {
      from: 'window:a',
      as: 'user',
      session: 's',
      key: null,
      grant: null,
      approval: null,
      request: null,
    };
    const change = { before: null, after: 'ff' };
    const linked = (event: AuditDraft) => link(GENESIS.hash, 1, event);
    const { body, hash } = linked(draft(1, { detail: { n: 1 }, context, change }));
    expect(body.detail).toBe('{"@after":"ff","@as":"user","@from":"window:a","@session":"s","n":1}');
    expect(readDetail(body.detail)).toEqual({ detail: { n: 1 }, origin: { ...context, ...change } });
    for (const other of [
      { context: { ...context, from: 'window:b' }, change },
      { context: { ...context, as: 'operator' }, change },
      { context, change: { before: 'ff', after: null } },
      {},
    ]) {
      expect(linked(draft(1, { detail: { n: 1 }, ...other })).hash).not.toBe(hash);
    }
  });

  test('says of a part of the console that acts by itself that it is a job', () => {
    const { body } = link(GENESIS.hash, 1, draft(1, { actor: 'system:retention', detail: {} }));
    expect(readDetail(body.detail).origin.from).toBe('job:retention');
  });

  test('keeps the names of the chain itself out of the reach of whoever writes an event', () => {
    expect(() => link(GENESIS.hash, 1, draft(1, { detail: { '@from': 'x' } }))).toThrow(RangeError);
  });

  test('gives different events different hashes', () => {
    const events = fc.record({
      at: fc.nat(),
      event: fc.string(),
      actor: fc.string(),
      target: fc.option(fc.string(), { nil: null }),
      outcome: fc.constantFrom('intent' as const, 'done' as const, 'failed' as const, 'refused' as const),
      detail: fc.dictionary(
        fc.string().filter((name) => !name.startsWith('@')),
        fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
      ),
    });
    fc.assert(
      fc.property(events, events, (one, two) => {
        const [a, b] = [link(GENESIS.hash, 1, one), link(GENESIS.hash, 1, two)];
        expect(a.hash === b.hash).toBe(JSON.stringify(a.body) === JSON.stringify(b.body));
      }),
    );
  });
});

describe('the verification of a chain', () => {
  const records = chainOf(12);
  const at = (sequence: number): AuditRecord => {
    const record = records[sequence - 1];
    if (!record) throw new RangeError(`no event ${sequence}`);
    return record;
  };
  const replaced = (sequence: number, record: AuditRecord) =>
    records.map((kept) => (kept.sequence === sequence ? record : kept));

  test('accepts a whole chain, an empty one, and a part after a known place', () => {
    const { sequence, hash } = at(12);
    expect(verifyChain(records)).toEqual({ ok: true, head: { sequence, hash } });
    expect(verifyChain([])).toEqual({ ok: true, head: GENESIS });
    expect(verifyChain(records.slice(5), { from: at(5) })).toEqual({ ok: true, head: { sequence, hash } });
    expect(verifyChain(records, { through: at(9) })).toMatchObject({ ok: true });
  });

  test.each(['at', 'event', 'actor', 'target', 'outcome', 'detail'] as const)(
    'names an event whose %s was edited',
    (field) => {
      for (const sequence of [1, 6, 12]) {
        const record = at(sequence);
        const body = { ...record.body, [field]: field === 'at' ? 1 : 'failed' };
        expect(verifyChain(replaced(sequence, { ...record, body }))).toMatchObject({
          ok: false,
          sequence,
          fault: 'edited',
          head: { sequence: sequence - 1 },
        });
      }
    },
  );

  test('names an edited event whose own hash was made to fit', () => {
    for (const sequence of [1, 6, 11]) {
      const verdict = verifyChain(replaced(sequence, forged(at(sequence), { actor: 'operator:2' })));
      const isSeen = sequence < 11 ? { ok: false, sequence, fault: 'edited' } : { ok: false };
      expect(verdict).toMatchObject(isSeen);
    }
  });

  test('names a chain that was rewritten to its end only against a checkpoint', () => {
    let head = at(5) as AuditRecord;
    const rewritten = records.slice(0, 5);
    for (const record of records.slice(5)) {
      head = forged(record, { actor: 'operator:2' }, head.hash);
      rewritten.push(head);
    }
    expect(verifyChain(rewritten)).toMatchObject({ ok: true });
    expect(verifyChain(rewritten, { through: at(9) })).toMatchObject({
      ok: false,
      sequence: 9,
      fault: 'edited',
    });
  });

  test.each([1, 2, 6, 11])('names event %i when it was removed', (sequence) => {
    const without = records.filter((record) => record.sequence !== sequence);
    expect(verifyChain(without)).toMatchObject({ ok: false, sequence, fault: 'removed' });
  });

  test('names what was cut off at the beginning, and at the end against a checkpoint', () => {
    expect(verifyChain(records.slice(3))).toMatchObject({ ok: false, sequence: 1, fault: 'removed' });
    expect(verifyChain(records.slice(0, 8))).toMatchObject({ ok: true });
    expect(verifyChain(records.slice(0, 8), { through: at(12) })).toMatchObject({
      ok: false,
      sequence: 9,
      fault: 'removed',
    });
    expect(verifyChain([], { through: at(12) })).toMatchObject({ ok: false, sequence: 1, fault: 'removed' });
  });

  test('names an event that stands later than it should', () => {
    const moved = [...records.slice(0, 4), ...records.slice(5, 9), at(5), ...records.slice(9)];
    expect(verifyChain(moved)).toMatchObject({ ok: false, sequence: 5, fault: 'reordered' });
  });

  test('names an event whose content was exchanged with that of another', () => {
    const exchanged = replaced(4, { ...at(4), body: at(7).body });
    expect(verifyChain(exchanged)).toMatchObject({ ok: false, sequence: 4, fault: 'edited' });
  });

  test('names an event that was inserted', () => {
    const extra = forged(at(6), { actor: 'operator:2' });
    const twice = [...records.slice(0, 6), extra, ...records.slice(6)];
    expect(verifyChain(twice)).toMatchObject({ ok: false, sequence: 6, fault: 'inserted' });
    const foreign = link('ab'.repeat(32), 13, draft(13));
    expect(verifyChain([...records, foreign])).toMatchObject({ ok: false, sequence: 13, fault: 'inserted' });
    const repeated = [...records, at(3)];
    expect(verifyChain(repeated)).toMatchObject({ ok: false, sequence: 3, fault: 'inserted' });
  });

  test('notices any single change of any event', () => {
    const kinds = fc.constantFrom('edit', 'remove', 'swap', 'repeat');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 }), kinds, (index, kind) => {
        const changed = [...records];
        const record = at(index + 1);
        if (kind === 'edit') changed[index] = { ...record, body: { ...record.body, at: record.body.at + 1 } };
        if (kind === 'remove') changed.splice(index, 1);
        if (kind === 'swap') changed.splice(index, 2, at(index + 2), record);
        if (kind === 'repeat') changed.splice(index, 0, record);
        expect(verifyChain(changed).ok).toBe(false);
      }),
    );
  });
});
