import { describe, expect, test } from 'vitest';
import { createLog, createSystemClock, createSystemRandom } from '../../../src/adapters/system';

describe('the system', () => {
  test('waits, and stops waiting when told', async () => {
    const clock = createSystemClock();
    const start = clock.monotonic();
    await clock.wait(20);
    expect(clock.monotonic() - start).toBeGreaterThan(15);
    await expect(clock.wait(60_000, AbortSignal.timeout(5))).rejects.toMatchObject({ name: 'AbortError' });
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
  });

  test('calls back until it is stopped', async () => {
    const clock = createSystemClock();
    let calls = 0;
    const stop = clock.every(5, () => {
      calls += 1;
    });
    await clock.wait(60);
    stop();
    const before = calls;
    expect(before).toBeGreaterThan(1);
    await clock.wait(30);
    expect(calls).toBe(before);
  });

  test('never hands out the same random bytes twice', () => {
    const random = createSystemRandom();
    const seen = new Set<string>();
    const drawn: Uint8Array[] = [];
    for (let index = 0; index < 5_000; index += 1) {
      const bytes = random.bytes(12);
      expect(bytes).toHaveLength(12);
      drawn.push(bytes);
      seen.add(Buffer.from(bytes).toString('hex'));
    }
    expect(seen.size).toBe(5_000);
    expect(drawn.every((bytes) => bytes.some((byte) => byte !== 0))).toBe(true);
    expect(random.bytes(100_000)).toHaveLength(100_000);
    expect(random.bytes(0)).toHaveLength(0);
  });

  test('logs one JSON object a line, with the whole chain of causes', () => {
    const lines: string[] = [];
    const log = createLog('engine', (line) => lines.push(line), { now: () => 0 });
    log.info('started\nhere', { tenants: 3 });
    const circular = new Error('inner');
    circular.cause = circular;
    log.error('failed', new Error('outer', { cause: circular }), { incident: 'i' });
    expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
    const [started, failed] = lines.map((line) => JSON.parse(line));
    expect(started).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      source: 'engine',
      message: 'started\nhere',
      tenants: 3,
    });
    expect(failed.causes.map((cause: { message: string }) => cause.message).slice(0, 2)).toEqual([
      'outer',
      'inner',
    ]);
    expect(failed.causes.length).toBeLessThan(10);
  });
});
