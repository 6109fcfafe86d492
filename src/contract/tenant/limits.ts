import { z } from 'zod';
import { change, procedure, view } from '../procedure';
import { Id } from '../values';

const Most = z.number().int().min(1).max(1_000_000_000).nullable();

/**
 * The most that somebody may ask for: requests of programs in each span, and queries that run at the same time.
 * `null` leaves it at the next wider limit: that of a key at what the tenant's keys have, that at the plan's.
 */
export const OwnLimits = z.object({ minute: Most, hour: Most, day: Most, atOnce: Most });
export type OwnLimits = z.infer<typeof OwnLimits>;

export const NO_OWN_LIMITS: OwnLimits = { minute: null, hour: null, day: null, atOnce: null };

/** Who is counted. */
export const LimitSubject = z.enum(['tenant', 'person', 'key']);
export type LimitSubject = z.infer<typeof LimitSubject>;

/** What counts: requests in a span that slides, or queries at the same time. */
export const LimitSpan = z.enum(['minute', 'hour', 'day', 'at-once']);
export type LimitSpan = z.infer<typeof LimitSpan>;

/** How much of a limit is used. */
const Used = z.object({ used: z.number().int(), most: z.number().int().nullable() });

/** Somebody who was counted, and how much of the limits is used. */
export const LimitUse = z.object({
  of: LimitSubject,
  /** Of the person or the key; `null` for the tenant. */
  id: Id.nullable(),
  name: z.string(),
  minute: Used,
  hour: Used,
  day: Used,
  atOnce: Used,
});
export type LimitUse = z.infer<typeof LimitUse>;

/** What the tenant lets each of its people and keys do. */
export const LimitPolicy = z.object({
  /** Rises with each change; an update names the version it saw. */
  version: z.number().int(),
  /** Of each person, with all their keys together. */
  person: OwnLimits,
  /** Of each key that has none of its own. */
  key: OwnLimits,
});
export type LimitPolicy = z.infer<typeof LimitPolicy>;

export const limits = {
  read: procedure({
    summary: 'How much programs may ask for, and how much of it is used',
    permission: 'users.manage',
    audit: view('limits.viewed'),
    input: z.object({}),
    output: z.object({
      policy: LimitPolicy,
      plan: z.object({ name: z.string(), limits: OwnLimits }),
      /** The tenant first, then who has limits of their own, the most used first. */
      uses: z.array(LimitUse),
    }),
  }),
  update: procedure({
    summary: 'Change what each person and each key may ask for',
    permission: 'users.manage',
    audit: change('limits.updated'),
    input: LimitPolicy,
    output: LimitPolicy,
  }),
};
