import { describe, expect, it } from 'vitest';
import { createBodyBudget } from '../../../src/server/bodyBudget';

const BUSY = expect.objectContaining({ code: 'TOO_BUSY' }) as Error;

describe('the bytes of bodies on their way', () => {
  it('are bounded for one source, and for all together', () => {
    const budget = createBodyBudget(100, 60);
    const [first, second, other] = [budget('a'), budget('a'), budget('b')];
    first.take(40);
    expect(() => second.take(21)).toThrow(BUSY);
    second.take(20);
    expect(() => other.take(41)).toThrow(BUSY);
    other.take(40);
  });

  it('are there again when a body was read, once', () => {
    const budget = createBodyBudget(100, 60);
    const [first, second] = [budget('a'), budget('a')];
    first.take(60);
    first.release();
    first.release();
    second.take(60);
    expect(() => budget('a').take(1)).toThrow(BUSY);
  });
});
