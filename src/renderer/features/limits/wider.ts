import type { LimitPolicy, OwnLimits } from '../../../contract';

interface Known {
  readonly policy: LimitPolicy;
  readonly plan: { readonly limits: OwnLimits };
}

/** What a key may do that has no limits of its own. */
export function widerThanKeys({ policy: { key }, plan: { limits } }: Known): OwnLimits {
  return {
    minute: key.minute ?? limits.minute,
    hour: key.hour ?? limits.hour,
    day: key.day ?? limits.day,
    atOnce: key.atOnce ?? limits.atOnce,
  };
}
