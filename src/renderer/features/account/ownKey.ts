import type { PasskeyFacts, SecondFactor } from '../../../contract';

/** A passkey or security key among one's second factors. */
export type OwnKey = SecondFactor & { readonly passkey: PasskeyFacts };

export function isKey(factor: SecondFactor): factor is OwnKey {
  return factor.passkey !== null;
}
