import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  HostLink,
  type HostOptions,
  hostCall,
  hostStream,
  type LinkOptions,
  type SessionEnd,
  serveHost,
} from '../../../src/adapters/hostLink';
import { WINDOW } from '../../../src/adapters/hostLink/protocol';
import { ConsoleError } from '../../../src/contract';

const LIMITS = { request: 64 * 1024, answer: 64 * 1024 };
const Numbers = z.object({ from: z.number(), count: z.number() });
const Text = z.string();

let folder: string;
let ends: SessionEnd[];
let serving: Promise<void>[];
let links: HostLink[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'link-'));
  ends = [];
  serving = [];
  links = [];
});
afterEach(async () => {
  for (const link of links) await link.close();
  await Promise.allSettled(serving);
  rmSync(folder, { recursive: true, force: true });
});

const never = () => new AbortController().signal;
const options = (timeoutMs = 5_000, signal = never()) => ({ signal, timeoutMs });
const apart = <T>(_earlier: T, _later: T): T | null => null;
let pushed = 0;
let aborted = false;

const methods: Pick<HostOptions, 'calls' | 'streams'> = {
  calls: {
    double: hostCall(z.number(), async (value) => value * 2),
    wrong: hostCall(z.unknown(), async () => ({ not: 'a number' })),
    refuse: hostCall(z.unknown(), async () => {
      throw new ConsoleError('FILE_REFUSED', { reason: 'It is\u0007 broken.' });
    }),
    pretend: hostCall(z.unknown(), async () => {
      throw new ConsoleError('NOT_SIGNED_IN');
    }),
    crash: hostCall(z.unknown(), async () => {
      throw new Error('secret words');
    }),
    huge: hostCall(z.unknown(), async () => 'x'.repeat(100_000)),
    hang: hostCall(z.unknown(), () => new Promise(() => {})),
    obey: hostCall(
      z.unknown(),
      (_params, signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve(null);
          }),
        ),
    ),
  },
  streams: {
    count: hostStream(
      Numbers,
      (a: number[], b: number[]) => [...a, ...b],
      async ({ from, count }, sender) => {
        pushed = 0;
        for (let index = 0; index < count; index += 1) {
          sender.push([from + index]);
          pushed += 1;
          if (index % 100 === 0) await sender.drained();
        }
      },
    ),
    flood: hostStream(z.unknown(), apart<number>, async (_params, sender) => {
      for (let index = 0; index < 20_000; index += 1) {
        sender.push(index);
        await sender.drained();
        pushed = index;
      }
    }),
    until: hostStream(z.unknown(), apart<string>, async (_params, sender, signal) => {
      sender.push('one');
      await new Promise<void>((resolve) =>
        signal.addEventListener('abort', () => {
          aborted = true;
          resolve();
        }),
      );
    }),
    breaks: hostStream(z.unknown(), apart<string>, async (_params, sender) => {
      sender.push('one');
      throw new ConsoleError('MODEL_FAILED', { reason: 'half-way' });
    }),
  },
};

function makeLink(changes: Partial<LinkOptions> = {}, hostSecret = 'the secret'): HostLink {
  let count = 0;
  const link = new HostLink({
    kind: 'model',
    limits: LIMITS,
    pingMs: null,
    cancelMs: 200,
    startMs: 2_000,
    failure: 'MODEL_FAILED',
    spawn: async () => {
      const socketPath = join(folder, `${count}.sock`);
      count += 1;
      serving.push(
        serveHost({ socketPath, secret: hostSecret, limits: LIMITS, ...methods, onProblem: () => {} }),
      );
      return { socketPath, secret: 'the secret', release: (end) => void ends.push(end) };
    },
    ...changes,
  });
  links.push(link);
  return link;
}

describe('a link to a host', () => {
  it('calls a method and checks its answer', async () => {
    const link = makeLink();
    expect(await link.call('double', 21, z.number(), options())).toBe(42);
    expect(ends).toEqual([]);
  });

  it('gives up a host whose answer is not what it must be, and takes a new one', async () => {
    const link = makeLink();
    await expect(link.call('wrong', null, z.number(), options())).rejects.toMatchObject({
      code: 'HOST_RESTARTING',
    });
    expect(ends).toEqual(['hung']);
    expect(await link.call('double', 2, z.number(), options())).toBe(4);
  });

  it('passes on the errors that a host may report, without control characters', async () => {
    const link = makeLink();
    await expect(link.call('refuse', null, Text, options())).rejects.toMatchObject({
      code: 'FILE_REFUSED',
      detail: { reason: 'It is  broken.' },
    });
    await expect(link.call('pretend', null, Text, options())).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    const crashed = await link.call('crash', null, Text, options()).catch((error: unknown) => error);
    expect(crashed).toMatchObject({ code: 'MODEL_FAILED' });
    expect(JSON.stringify(crashed)).not.toContain('secret words');
  });

  it('refuses a request or an answer over the limit, and goes on', async () => {
    const link = makeLink();
    await expect(link.call('double', 'x'.repeat(100_000), Text, options())).rejects.toMatchObject({
      code: 'TOO_LARGE',
    });
    await expect(link.call('huge', null, Text, options())).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(await link.call('double', 2, z.number(), options())).toBe(4);
  });

  it('asks for the end of a host that does not answer in time', async () => {
    const link = makeLink();
    const beside = link.call('hang', null, Text, options()).catch((error: unknown) => error);
    await expect(link.call('hang', null, Text, options(50))).rejects.toMatchObject({ code: 'TIMED_OUT' });
    expect(await beside).toMatchObject({ code: 'HOST_RESTARTING' });
    expect(ends).toEqual(['hung']);
  });

  it('leaves at once when cancelled, and ends a host that does not stop', async () => {
    const link = makeLink();
    const controller = new AbortController();
    const call = link.call('hang', null, Text, options(60_000, controller.signal));
    setTimeout(() => controller.abort(), 50);
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(ends).toEqual([]);
    await expect.poll(() => ends, { timeout: 2_000 }).toEqual(['hung']);
  });

  it('keeps a host that stops when cancelled', async () => {
    aborted = false;
    const link = makeLink();
    const controller = new AbortController();
    const call = link.call('obey', null, Text, options(60_000, controller.signal));
    setTimeout(() => controller.abort(), 50);
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect.poll(() => aborted).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(ends).toEqual([]);
  });

  it('streams everything in order, merging while the reader is slow', async () => {
    const link = makeLink();
    const seen: number[] = [];
    let batches = 0;
    for await (const numbers of link.stream(
      'count',
      { from: 5, count: 3000 },
      z.array(z.number()),
      options(),
    )) {
      seen.push(...numbers);
      batches += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seen).toEqual(Array.from({ length: 3000 }, (_, index) => index + 5));
    expect(batches).toBeLessThan(3000);
  });

  it('holds a host back whose reader does not read', async () => {
    const link = makeLink();
    pushed = 0;
    const stream = link.stream('flood', null, z.number(), options(60_000));
    await stream.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(pushed).toBeLessThanOrEqual(WINDOW + 3);
    await stream.return();
  });

  it('cancels the stream at the host when the reader leaves', async () => {
    aborted = false;
    const link = makeLink();
    for await (const item of link.stream('until', null, Text, options())) {
      expect(item).toBe('one');
      break;
    }
    await expect.poll(() => aborted).toBe(true);
    expect(await link.call('double', 1, z.number(), options())).toBe(2);
  });

  it('gives what came before an error, then the error', async () => {
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const item of makeLink().stream('breaks', null, Text, options())) seen.push(item);
    };
    await expect(read()).rejects.toMatchObject({ code: 'MODEL_FAILED', detail: { reason: 'half-way' } });
    expect(seen).toEqual(['one']);
  });

  it('does not speak to a host that does not know the secret', async () => {
    const link = makeLink({ startMs: 500 }, 'another secret');
    const call = expect(link.call('double', 1, z.number(), options())).rejects.toMatchObject({
      code: 'HOST_RESTARTING',
    });
    await call;
    const gaveUp = expect(serving[0]).rejects.toThrow('without the secret');
    expect(ends).toEqual(['hung']);
    // The host on its side gives up after a few callers without the secret.
    for (let index = 0; index < 5; index += 1) {
      const stranger = connect(join(folder, '0.sock'));
      await new Promise((resolve) =>
        stranger
          .on('close', resolve)
          .on('error', () => {})
          .resume()
          .end(Buffer.alloc(64)),
      );
    }
    await gaveUp;
  });

  it('serves the first caller that knows the secret, and nobody after it', async () => {
    const link = makeLink();
    await link.call('double', 1, z.number(), options());
    const second = connect(join(folder, '0.sock'));
    await expect(
      new Promise((resolve, reject) => second.on('connect', resolve).on('error', reject)),
    ).rejects.toThrow();
  });

  it('survives callers that know nothing', async () => {
    const socketPath = join(folder, 'x.sock');
    serving.push(serveHost({ socketPath, secret: 's', limits: LIMITS, ...methods, onProblem: () => {} }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stranger = connect(socketPath);
    stranger.write(Buffer.alloc(200));
    await new Promise((resolve) =>
      stranger
        .on('close', resolve)
        .on('error', () => {})
        .resume(),
    );
    const link = makeLink({ spawn: async () => ({ socketPath, secret: 's', release: () => {} }) });
    expect(await link.call('double', 4, z.number(), options())).toBe(8);
  });
});
