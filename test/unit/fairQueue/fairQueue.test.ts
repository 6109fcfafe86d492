import { describe, expect, it } from 'vitest';
import { createFairQueue } from '../../../src/engine/mechanism/fairQueue';
import { TestClock } from '../../support/engine/testClock';

const FOREVER = new AbortController().signal;

/** A queue whose requests last as long as the test says, with the order in which they began. */
function start(places: number, { mostWaiting = 100, longestWaitMs = 60_000 } = {}) {
  const clock = new TestClock();
  const queue = createFairQueue({ clock, places, mostWaiting, longestWaitMs });
  const begun: string[] = [];
  const running: { readonly id: string; readonly leave: () => void }[] = [];
  const problems: string[] = [];

  function ask(id: string, weight = 1, signal = FOREVER, onPosition?: (position: number) => void): void {
    queue.enter({ id, weight }, signal, onPosition).then(
      (leave) => {
        begun.push(id);
        running.push({ id, leave });
      },
      ({ code }: { code: string }) => problems.push(`${id} ${code}`),
    );
  }

  /** Lets everything that can begin do so. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

  /** Ends the request that has run longest, after so many milliseconds more. */
  async function end(afterMs = 100): Promise<string | undefined> {
    await settle();
    clock.pass(afterMs);
    const first = running.shift();
    first?.leave();
    await settle();
    return first?.id;
  }

  return { clock, queue, begun, running, problems, ask, settle, end };
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

describe('the fair queue', () => {
  it('gives a flow that asks little its turn before the many of another', async () => {
    const { ask, begun, end, settle } = start(1);
    times(20, () => ask('noisy'));
    await settle();
    ask('quiet');
    await end();
    await end();
    expect(begun.slice(0, 3)).toEqual(['noisy', 'quiet', 'noisy']);
  });

  it('shares by weight where everybody asks more than there is', async () => {
    const { ask, begun, end } = start(1);
    times(60, () => ask('starter', 1));
    times(60, () => ask('enterprise', 3));
    for (let ended = 0; ended < 40; ended += 1) await end();
    const enterprise = begun.filter((id) => id === 'enterprise').length;
    expect(enterprise / (begun.length - enterprise)).toBeCloseTo(3, 0);
  });

  it('counts the time that a place is held, not the requests', async () => {
    const { ask, begun, end, running, settle } = start(1);
    times(100, () => ask('long'));
    times(100, () => ask('short'));
    await settle();
    for (let ended = 0; ended < 60; ended += 1) await end(running[0]?.id === 'long' ? 900 : 100);
    const long = begun.filter((id) => id === 'long').length;
    const share = (long * 900) / (long * 900 + (begun.length - long) * 100);
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
  });

  it('lets nobody save up what they did not use', async () => {
    const { ask, begun, end, settle } = start(1);
    ask('idle');
    times(40, () => ask('busy'));
    for (let ended = 0; ended < 20; ended += 1) await end();
    times(20, () => ask('idle'));
    await settle();
    const before = begun.length;
    for (let ended = 0; ended < 10; ended += 1) await end();
    expect(begun.slice(before).filter((id) => id === 'busy').length).toBeGreaterThanOrEqual(4);
  });

  it('keeps a quarter of the places free for who has nothing running, once another is there', async () => {
    const { ask, queue, running, settle, end } = start(8);
    times(20, () => ask('noisy'));
    await settle();
    expect(queue.load().running).toBe(8);
    ask('quiet');
    await end();
    await settle();
    for (let ended = 0; ended < 4; ended += 1) await end();
    expect(running.filter(({ id }) => id === 'noisy').length).toBeLessThanOrEqual(6);
    ask('third');
    await settle();
    expect(running.at(-1)?.id).toBe('third');
  });

  it('tells where a request stands, as it comes nearer', async () => {
    const { ask, end, settle } = start(1);
    const heard: number[] = [];
    ask('a');
    times(2, () => ask('a'));
    ask('a', 1, FOREVER, (position) => heard.push(position));
    await settle();
    await end();
    await end();
    await end();
    expect(heard).toEqual([3, 2, 1]);
  });

  it('lets go of what is cancelled while it waits, and of nothing else', async () => {
    const { ask, begun, problems, queue, end, settle } = start(1);
    const stop = new AbortController();
    ask('a');
    ask('b', 1, stop.signal);
    ask('c');
    await settle();
    stop.abort();
    await settle();
    expect(problems).toEqual(['b CANCELLED']);
    expect(queue.load()).toMatchObject({ running: 1, waiting: 1 });
    await end();
    await end();
    expect(begun).toEqual(['a', 'c']);
    expect(queue.load()).toMatchObject({ running: 0, waiting: 0, longest: null, turnedAway: 0 });
  });

  it('takes in more as soon as there are more places, and lets run what runs when there are fewer', async () => {
    const { ask, queue, end, settle } = start(1);
    times(6, () => ask('a'));
    await settle();
    queue.setPlaces(3);
    await settle();
    expect(queue.load()).toMatchObject({ running: 3, waiting: 3 });
    queue.setPlaces(2);
    await end();
    expect(queue.load()).toMatchObject({ running: 2, waiting: 3 });
    await end();
    expect(queue.load()).toMatchObject({ running: 2, waiting: 2 });
  });

  it('turns away whom a full line or a long wait leaves no hope, and says who waits longest', async () => {
    const { ask, clock, problems, queue, settle } = start(1, { mostWaiting: 2, longestWaitMs: 5_000 });
    times(4, () => ask('many'));
    ask('other');
    await settle();
    expect(problems).toEqual(['many MODEL_BUSY']);
    clock.pass(4_000);
    expect(queue.load()).toEqual({
      places: 1,
      running: 1,
      waiting: 3,
      longest: { flow: 'many', waitedMs: 4_000 },
      turnedAway: 1,
    });
    clock.pass(1_000);
    await settle();
    expect(problems.slice(1).sort()).toEqual(['many MODEL_BUSY', 'many MODEL_BUSY', 'other MODEL_BUSY']);
  });
});
