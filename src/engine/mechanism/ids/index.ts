import { v7 } from 'uuid';
import type { Clock, RandomSource } from '../../ports';

/** Makes UUIDv7 ids (RFC 9562). */
export type NewId = () => string;

/**
 * @param clock gives the time part
 * @param random gives the 74 random bits
 */
export function createIds(clock: Clock, random: RandomSource): NewId {
  return () => v7({ msecs: clock.now(), random: random.bytes(16) });
}
