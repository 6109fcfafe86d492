import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDocumentParser } from '../../../src/adapters/documents';
import { openSession, PARSER_FRAMES } from '../../../src/adapters/hostLink';
import { isConsoleError } from '../../../src/contract';
import { contentObject, tinyDocx, tinyPdf, withFewerPages, withLostObjects } from '../../support/documents';
import { HostProcesses } from '../models/support/hostProcess';

/* The parser in real processes, as the engine uses it. */
let hosts: HostProcesses;
beforeAll(() => {
  hosts = new HostProcesses();
});
afterAll(() => hosts.stop());

const never = () => new AbortController().signal;
const parser = (timeoutMs?: number) =>
  createDocumentParser({ spawn: hosts.spawn, confined: false, ...(timeoutMs ? { timeoutMs } : {}) });

describe('the parser', () => {
  it('reads each document in a process of its own, which ends', { timeout: 60_000 }, async () => {
    const before = hosts.started.length;
    const read = parser();
    const [pdf, docx, text] = await Promise.all([
      read.parse('a.pdf', tinyPdf(['From a PDF']), never()),
      read.parse('a.docx', tinyDocx(['From a DOCX']), never()),
      read.parse('a.txt', Buffer.from('From a text'), never()),
    ]);
    expect([pdf, docx, text].map((document) => document?.parts[0]?.text)).toEqual([
      'From a PDF',
      'From a DOCX',
      'From a text',
    ]);
    const started = hosts.started.slice(before);
    expect(started).toHaveLength(3);
    for (const host of started) await host.exited;
    expect(started.map(({ released }) => released)).toEqual(['done', 'done', 'done']);
  });

  it('passes on the reason of a refusal', { timeout: 60_000 }, async () => {
    await expect(parser().parse('a.pdf', tinyPdf(['x'], true), never())).rejects.toMatchObject({
      code: 'DOCUMENT_REFUSED',
      detail: { reason: expect.stringMatching(/encrypted/) },
    });
  });

  it('refuses a PDF whose list of pages leads nowhere, and lives on', { timeout: 60_000 }, async () => {
    // pdf.js reads the third page ahead, fails, and asks for it never, since the count ends before it.
    const bytes = withLostObjects(withFewerPages(tinyPdf(['a', 'b', 'c']), 2), [contentObject(3) + 1]);
    await expect(parser().parse('a.pdf', bytes, never())).rejects.toMatchObject({
      code: 'DOCUMENT_REFUSED',
      detail: { reason: expect.stringMatching(/list of pages is damaged/) },
    });
    expect(hosts.last().released).toBe('done');
  });

  it('answers or refuses in one living host whatever of a PDF is changed', { timeout: 120_000 }, async () => {
    const sound = tinyPdf(['Some text', 'More text', 'Third', 'Fourth']);
    const digits = [...sound.keys()].filter((at) => /\d/.test(String.fromCharCode(sound[at] ?? 0)));
    const digit = fc.tuple(fc.constantFrom(...digits), fc.integer({ min: 0x30, max: 0x39 }));
    const byte = fc.tuple(fc.nat({ max: sound.length - 1 }), fc.nat({ max: 255 }));
    const session = await openSession(
      {
        kind: 'parser',
        spawn: hosts.spawn,
        limits: PARSER_FRAMES,
        pingMs: null,
        cancelMs: 0,
        startMs: 30_000,
        failure: 'INTERNAL',
      },
      never(),
    );
    const options = { signal: never(), timeoutMs: 30_000 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ arbitrary: digit, weight: 3 }, byte), { minLength: 1, maxLength: 8 }),
        async (changes) => {
          const bytes = Buffer.from(sound);
          for (const [at, value] of changes) bytes[at] = value;
          const params = { name: 'a.pdf', content: bytes.toString('base64') };
          const outcome = await session.call('parse', params, z.unknown(), options).then(
            () => 'read',
            (error: unknown) => (isConsoleError(error) ? error.code : error),
          );
          expect(['read', 'DOCUMENT_REFUSED']).toContain(outcome);
        },
      ),
      {
        numRuns: 400,
        // An array without an end in what is read ahead.
        examples: [
          [
            [
              [401, 52],
              [1242, 48],
              [1117, 242],
              [1246, 54],
              [1221, 51],
              [683, 49],
              [634, 91],
              [290, 52],
            ],
          ],
        ],
      },
    );
    expect(session.ended).toBe(false);
    session.end('done');
  });

  it('starts nothing for what is too large', async () => {
    const before = hosts.started.length;
    await expect(parser().parse('a.txt', new Uint8Array(26 * 1024 * 1024), never())).rejects.toMatchObject({
      code: 'DOCUMENT_REFUSED',
    });
    expect(hosts.started.length).toBe(before);
  });

  it('takes a document of the largest size', { timeout: 60_000 }, async () => {
    const bytes = Buffer.alloc(25 * 1024 * 1024, 0x20);
    bytes.write('a', 0);
    await expect(parser().parse('a.txt', bytes, never())).rejects.toMatchObject({
      detail: { reason: expect.stringMatching(/five million/) },
    });
  });

  it('has a host killed that takes too long', { timeout: 60_000 }, async () => {
    const pending = parser(1).parse(
      'a.pdf',
      tinyPdf(Array.from({ length: 1500 }, () => 'x'.repeat(500))),
      never(),
    );
    await expect(pending).rejects.toMatchObject({ code: 'TIMED_OUT' });
    expect(hosts.last().released).toBe('hung');
  });

  it('stops at once when cancelled', { timeout: 60_000 }, async () => {
    const controller = new AbortController();
    const pending = parser().parse('a.txt', Buffer.from('x'), controller.signal);
    setTimeout(() => controller.abort(), 100);
    await expect(pending).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect.poll(() => hosts.last().released, { timeout: 20_000 }).not.toBeNull();
    const read = parser();
    expect((await read.parse('a.txt', Buffer.from('still reads'), never())).parts).toHaveLength(1);
  });

  it('costs one document when its host dies', { timeout: 60_000 }, async () => {
    const pending = parser().parse('a.txt', Buffer.from('x'.repeat(100)), never());
    setTimeout(() => hosts.last().child.kill('SIGKILL'), 80);
    await expect(pending).rejects.toMatchObject({ code: 'HOST_RESTARTING' });
    expect((await parser().parse('a.txt', Buffer.from('still reads'), never())).parts).toHaveLength(1);
  });
});
