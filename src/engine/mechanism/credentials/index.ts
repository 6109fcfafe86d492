import { createCeremonies } from '../webauthn';
import { type AccountHandlers, createAccountHandlers } from './account';
import { createKeptKeys } from './keptKeys';
import type { CredentialParts } from './parts';
import { createPasskeyHandlers, type PasskeyHandlers } from './passkeyHandlers';
import { createPasskeys, type Passkeys } from './passkeys';
import { createRecoveryCodes } from './recoveryCodes';
import { createSecondFactors, type SecondFactors } from './secondFactors';
import { createSignIn, type SignIn } from './signIn';

export type {
  Account,
  Accounts,
  CredentialParts,
  FactorRows,
  PolicyKeeper,
  ProvenPassword,
  SecretKeeper,
} from './parts';
export { passwordRow, requireUnused } from './passwordHistory';
export { CREDENTIALS_SCHEMA, KEYS_SCHEMA } from './schema';

/** Signing in, second factors, passwords and sessions of the accounts of one store. */
export interface Credentials {
  readonly signIn: SignIn;
  readonly factors: Pick<SecondFactors, 'of' | 'codesLeft'>;
  readonly askAnybody: Passkeys['askAnybody'];
  readonly handlers: AccountHandlers & PasskeyHandlers;
}

export function createCredentials(parts: CredentialParts): Credentials {
  const kept = createKeptKeys(parts);
  const codes = createRecoveryCodes(parts);
  const factors = createSecondFactors(parts, kept, codes);
  const keys = createPasskeys(parts, kept, codes, createCeremonies(parts));
  const signIn = createSignIn(parts, factors, keys);
  return {
    signIn,
    factors,
    askAnybody: keys.askAnybody,
    handlers: {
      ...createAccountHandlers(parts, factors, signIn),
      ...createPasskeyHandlers(parts, { factors, kept, keys, signIn }),
    },
  };
}
