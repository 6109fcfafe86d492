import type { SecondFactor } from '../../../contract';

/** What the kinds of second factors are called. */
export const FACTOR_WORDS: Record<SecondFactor['kind'], string> = {
  passkey: 'Passkey',
  'security-key': 'Security key',
  totp: 'Authenticator app',
};
