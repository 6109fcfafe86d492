import { describe, expect, it } from 'vitest';
import { problemOf } from '../../support/engine/calls';
import { type Person, startStaffed } from '../../support/engine/staffed';

const ROUNDS = 400;
/** A leak is a ratio that stays away from one; a busy machine widens it now and then, so that it may try again. */
const TRIES = 4;
const MOST = 1.25;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function timeOf(person: Person, tenant: string): Promise<number> {
  const begun = performance.now();
  await problemOf(person.call('overview.read', { period: '24h' }, tenant));
  return performance.now() - begun;
}

/** The ratio of the medians of calls to two addresses, taken in turns and each first as often as the other. */
async function ratioOf(person: Person, left: string, right: string): Promise<number> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    for (const side of order) times[side].push(await timeOf(person, side === 0 ? left : right));
  }
  return median(times[0]) / median(times[1]);
}

async function bestRatio(person: Person, left: string, right: string): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const ratio = await ratioOf(person, left, right);
    best = Math.min(best, Math.max(ratio, 1 / ratio));
    if (best < MOST) break;
  }
  return best;
}

describe('how long a tenant administrator waits to be refused', () => {
  it('does not tell a tenant that is there, shut or open, from one that is not', async () => {
    const { add, other } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const nowhere = 'nowhere.example';
    expect(await bestRatio(ada, 'elsewhere.example', nowhere)).toBeLessThan(MOST);
    expect(await bestRatio(ada, 'other.example', nowhere)).toBeLessThan(MOST);
    const oda = await add('oda@other.example', 'user', other);
    await oda.call('identity.current');
    expect(await bestRatio(ada, 'other.example', nowhere)).toBeLessThan(MOST);
  });
});
