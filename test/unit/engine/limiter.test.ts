import { describe, expect, it } from 'vitest';
import { createBackOff, createConcurrency, createSignInGuard } from '../../../src/engine/mechanism/limiter';
import { TestClock } from '../../support/engine/testClock';

function waitOf(act: () => void): number | null {
  try {
    act();
    return null;
  } catch (problem) {
    return (problem as { detail: { retryAfterMs: number } }).detail.retryAfterMs;
  }
}

describe('the back-off', () => {
  it('lets some tries go and doubles the wait after each further one, up to a quarter of an hour', () => {
    const clock = new TestClock();
    const backOff = createBackOff(clock);
    const waits: (number | null)[] = [];
    for (let tries = 0; tries < 16; tries += 1) {
      backOff.admit('a');
      backOff.count('a');
      const wait = waitOf(() => backOff.admit('a'));
      waits.push(wait);
      clock.pass(wait ?? 0);
    }
    const minute = 60_000;
    expect(waits).toEqual([
      null,
      null,
      null,
      2_000,
      4_000,
      8_000,
      16_000,
      32_000,
      64_000,
      128_000,
      256_000,
      512_000,
      15 * minute,
      15 * minute,
      15 * minute,
      15 * minute,
    ]);
    expect(waitOf(() => backOff.admit('b'))).toBeNull();
  });

  it('is not shortened by setting the clock', () => {
    const clock = new TestClock();
    const backOff = createBackOff(clock);
    for (let tries = 0; tries < 5; tries += 1) backOff.count('a');
    const wait = waitOf(() => backOff.admit('a'));
    clock.set(clock.now() + 10 * 3_600_000);
    expect(waitOf(() => backOff.admit('a'))).toBe(wait);
    clock.set(0);
    expect(waitOf(() => backOff.admit('a'))).toBe(wait);
  });

  it('forgets old tries', () => {
    const clock = new TestClock();
    const backOff = createBackOff(clock);
    for (let tries = 0; tries < 5; tries += 1) backOff.count('a');
    clock.pass(3_600_000);
    backOff.count('a');
    expect(waitOf(() => backOff.admit('a'))).toBeNull();
  });
});

describe('the guard of the sign-in', () => {
  it('does not let one source keep another one out', () => {
    const guard = createSignInGuard(new TestClock());
    for (let tries = 0; tries < 4; tries += 1) guard.begin('stranger', 'ada');
    expect(waitOf(() => guard.begin('stranger', 'ada'))).toBe(2_000);
    expect(waitOf(() => guard.begin('home', 'ada'))).toBeNull();
    expect(waitOf(() => guard.begin('stranger', 'bob'))).toBeNull();
  });

  it('does not count those who succeed against their source, and does not clear those who failed', () => {
    const guard = createSignInGuard(new TestClock());
    for (let tries = 0; tries < 100; tries += 1) guard.begin('office', `person ${tries}`)();
    for (let tries = 0; tries < 21; tries += 1) {
      if (tries < 20) guard.begin('office', 'mallory')();
      guard.begin('office', `victim ${tries}`);
    }
    expect(waitOf(() => guard.begin('office', 'another'))).toBe(2_000);
    const calm = createSignInGuard(new TestClock());
    for (let tries = 0; tries < 20; tries += 1) calm.begin('office', `victim ${tries}`);
    calm.begin('office', 'owner')();
    expect(waitOf(() => calm.begin('office', 'owner'))).toBeNull();
  });

  it('cannot be confused by names that hold a separator', () => {
    const guard = createSignInGuard(new TestClock());
    for (let tries = 0; tries < 4; tries += 1) guard.begin('a b', 'c');
    expect(waitOf(() => guard.begin('a', 'b c'))).toBeNull();
  });
});

describe('concurrency', () => {
  it('gives a place back once', () => {
    const places = createConcurrency();
    const leave = places.enter(2);
    places.enter(2);
    expect(() => places.enter(2)).toThrow(expect.objectContaining({ code: 'TOO_BUSY' }));
    leave();
    leave();
    expect(places.running).toBe(1);
    places.enter(2);
    expect(() => places.enter(2)).toThrow(expect.objectContaining({ code: 'TOO_BUSY' }));
  });
});
