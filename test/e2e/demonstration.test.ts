import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { play } from './demo/play';
import { STORY } from './demo/story';
import { findHost, statusOf } from './support/processes';
import { openWorld, type World } from './support/world';

describe.runIf(process.platform === 'linux')('the guided demonstration', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world?.close());

  test('comes to its end, with no mistake in the window', async () => {
    await play(world.stage, STORY);
    expect(world.stage.mistakes()).toEqual([]);
    expect(world.stage.log()).not.toMatch(/"level":"error"/);
  }, 180_000);

  test('ran with Chromium’s sandbox on, not as root', () => {
    const renderer = findHost(world.stage, 'renderer');
    expect(statusOf(renderer, 'Seccomp')).toBe('2');
    expect(statusOf(renderer, 'NoNewPrivs')).toBe('1');
    expect(statusOf(renderer, 'Uid')).not.toMatch(/^0\b/);
  });
});
