import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { CommandProblem } from '../../../src/cli/terminal';
import { verifyAudit } from '../../../src/cli/verifyAudit';
import { createAuditService } from '../../../src/engine/mechanism/audit';
import { AuditFileVerifier, writeCheckpoint } from '../../../src/engine/mechanism/chain';
import { draftOf, MemoryKeep, openTrail, testSigner } from '../../support/auditTrail';
import { folderUntil } from '../../support/engine/folders';
import { temporaryFolder } from '../../support/temporaryFolder';

const EVENTS = 60;
let exported: readonly string[] = [];
let kept = '';

/** Lines of a real export: a chain with several checkpoints, as the engine writes it. */
beforeAll(async () => {
  let remove = async (): Promise<void> => undefined;
  const folder = await folderUntil((end) => {
    remove = end;
  });
  const keep = new MemoryKeep();
  const { trail, store, clock, append } = await openTrail(join(folder, 'store.db'), false, keep);
  for (let size = 0; size < EVENTS - 1; size += 20) {
    await append(Math.min(20, EVENTS - 1 - size));
    await trail.checkpoint();
  }
  const names = { ofActors: async () => () => '', find: async () => [] };
  const closing = new AbortController().signal;
  const service = createAuditService({ trail, store, clock, names, closing });
  let text = '';
  for await (const piece of await service.export({ events: [draftOf(EVENTS)] }, 'jsonl', closing))
    text += piece.text;
  exported = text.trimEnd().split('\n');
  kept = keep.text ?? '';
  await store.close();
  await remove();
});

function run(
  lines: readonly string[],
  known: Partial<ConstructorParameters<typeof AuditFileVerifier>[0]> = {},
) {
  const verifier = new AuditFileVerifier({ publicKey: null, checkpoint: null, ...known });
  for (const line of lines) if (!verifier.push(line)) break;
  return verifier.end();
}

/** The place of an event's line in the file. */
const lineOf = (sequence: number): number =>
  exported.findIndex((line) => line.startsWith(`{"type":"event","sequence":${sequence},`));
const places = fc.integer({ min: 1, max: EVENTS });

async function command(args: readonly string[]) {
  const said: string[] = [];
  const code = await verifyAudit(args, { say: (text) => said.push(text), progress: () => undefined });
  return { code, text: said.join('\n') };
}

describe('riscura verify-audit', () => {
  test('accepts a file as it was exported, with the key it names, the right key and a kept checkpoint', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'audit.jsonl');
    await writeFile(file, `${exported.join('\n')}\n`);
    await writeFile(join(folder, 'kept.json'), kept);
    const pem = `-----BEGIN PUBLIC KEY-----\n${testSigner.publicKey}\n-----END PUBLIC KEY-----\n`;
    await writeFile(join(folder, 'key.pem'), pem);
    expect(await command([file])).toMatchObject({
      code: 0,
      text: expect.stringContaining('compare it with'),
    });
    const all = [file, '--public-key', join(folder, 'key.pem'), '--checkpoint', join(folder, 'kept.json')];
    const { code, text } = await command(all);
    expect(code).toBe(0);
    expect(text).toContain(`${EVENTS} events, 4 checkpoints`);
    expect(text).toContain('OK. Every event is as it was signed.');
  });

  test('takes a checkpoint as it was typed from paper, and holds the chain against it', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'audit.jsonl');
    await writeFile(file, `${exported.join('\n')}\n`);
    const { origin, size, head, root, at, keyId, signature } = JSON.parse(kept);
    const typed = (events: number) =>
      `Chain: ${origin}\r\nevents: ${events}\nhead: ${head.replace(/.{8}/g, '$& ')}\nroot: ${root}\n\n` +
      `at: ${at}\nkey: ${keyId}\nsignature: ${signature.replace(/.{40}/g, '$&\n')}\n`;
    await writeFile(join(folder, 'paper.txt'), typed(size));
    await writeFile(join(folder, 'mistyped.txt'), typed(size + 1));
    await writeFile(join(folder, 'letter.txt'), 'chain: tenant:test\n');
    const against = (name: string) => command([file, '--checkpoint', join(folder, name)]);
    expect(await against('paper.txt')).toMatchObject({ code: 0 });
    expect((await against('mistyped.txt')).code).toBe(1);
    await expect(against('letter.txt')).rejects.toThrow('holds no checkpoint');
  });

  test('ends with 1 and names the event when one was edited', async () => {
    const file = join(await temporaryFolder(), 'audit.jsonl');
    const text = exported.join('\n').replace('"target":"document:16"', '"target":"document:61"');
    await writeFile(file, text);
    expect(await command([file])).toMatchObject({
      code: 1,
      text: expect.stringContaining('NOT OK. Event 17 was edited.'),
    });
    expect((await readFile(file, 'utf8')).length).toBe(text.length);
  });

  test('says what it needs', async () => {
    for (const args of [[], ['a', 'b'], ['--nonsense'], ['nowhere.jsonl'], ['file', '--tenant', 'a.example']])
      await expect(command(args)).rejects.toThrow(CommandProblem);
    await expect(command(['--tenant', 'a.example', '--data', '/nowhere'])).rejects.toThrow('no installation');
  });

  test('names the first event of any kind of tampering', () => {
    const edits = fc.constantFrom(
      'at',
      'event',
      'actor',
      'target',
      'outcome',
      'detail',
      'hash',
      'previousHash',
    );
    const kinds = fc.constantFrom('edit', 'remove', 'move', 'repeat');
    fc.assert(
      fc.property(places, kinds, edits, fc.integer({ min: 1, max: 9 }), (sequence, kind, field, by) => {
        const lines = [...exported];
        const at = lineOf(sequence);
        const line = lines[at] as string;
        if (kind === 'edit') {
          const value = JSON.parse(line) as Record<string, unknown>;
          const forged: Record<string, unknown> = { at: 1, outcome: 'failed', hash: 'ab'.repeat(32) };
          value[field] = forged[field] ?? (field === 'previousHash' ? 'cd'.repeat(32) : 'other');
          lines[at] = JSON.stringify(value);
        }
        if (kind === 'remove') lines.splice(at, 1);
        if (kind === 'repeat') lines.splice(at, 0, line);
        if (kind === 'move') {
          const to = lineOf(Math.min(EVENTS, sequence + by));
          fc.pre(to !== at);
          lines.splice(at, 1);
          lines.splice(to, 0, line);
        }
        const verdict = run(lines);
        expect(verdict.ok).toBe(false);
        // A repeated event is the second of its number: the one after it is named when it is not the first.
        expect([sequence, ...(kind === 'repeat' ? [sequence + 1] : [])]).toContain(verdict.sequence);
      }),
    );
  });

  test('names where a file was cut off, in the middle of a line too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: EVENTS }), fc.boolean(), (sequence, within) => {
        const at = lineOf(sequence);
        const cut = exported.slice(0, at);
        if (within) cut.push((exported[at] as string).slice(0, 40));
        expect(run(cut)).toMatchObject({ ok: false });
        const { sequence: named } = run(cut);
        // Of a line that was cut in half only that is known: the one before it may still be unproven.
        expect(within ? [sequence - 1, sequence] : [sequence]).toContain(named);
      }),
    );
  });

  test('does not take a file that somebody signed with a key of their own', () => {
    const other = Buffer.from(testSigner.publicKey, 'base64');
    other[30] = (other[30] ?? 0) ^ 1;
    expect(run(exported, { publicKey: other.toString('base64') })).toMatchObject({
      ok: false,
      words: expect.stringContaining('another public key'),
    });
  });

  test('does not take an older export for the newest, when a later checkpoint is known', () => {
    const checkpoint = JSON.parse(kept);
    const later = testSigner.checkpoint({ sequence: 99, hash: 'ab'.repeat(32) }, 'cd'.repeat(32), 5);
    expect(run(exported, { checkpoint })).toMatchObject({ ok: true });
    expect(run(exported, { checkpoint: later })).toMatchObject({
      ok: false,
      words: expect.stringContaining(`event ${EVENTS + 1} and those after it were cut off`),
    });
    expect(writeCheckpoint(checkpoint)).toBe(kept);
  });

  test.each([
    ['nothing', [], 'The file is empty.'],
    ['no head', ['{"type":"event"}'], 'Line 1 is not a line'],
    ['not JSON', ['hello'], 'Line 1 is not a line'],
  ])('refuses a file of %s', (_what, lines, words) => {
    expect(run(lines)).toMatchObject({ ok: false, words: expect.stringContaining(words) });
  });
});
