import { describe, expect, it } from 'vitest';
import { createRestartPolicy } from '../../../src/custodian/restartPolicy';

const limits = { firstDelayMs: 100, longestDelayMs: 350, deaths: 4, windowMs: 10_000 };

describe('the restart policy', () => {
  it('waits twice as long after each death, up to a longest wait, and then gives up', () => {
    const policy = createRestartPolicy(limits);
    expect([0, 1, 2, 3, 4].map((now) => policy.died(now))).toEqual([100, 200, 350, 350, null]);
  });

  it('starts afresh after a stable time', () => {
    const policy = createRestartPolicy(limits);
    for (const now of [0, 1, 2, 3]) policy.died(now);
    expect(policy.died(10_003)).toBe(100);
  });

  it('starts afresh when a person asks for it', () => {
    const policy = createRestartPolicy(limits);
    for (const now of [0, 1, 2, 3, 4]) policy.died(now);
    policy.forgive();
    expect(policy.died(5)).toBe(100);
  });
});
