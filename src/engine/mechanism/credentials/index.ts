import { type AccountHandlers, createAccountHandlers } from './account';
import type { CredentialParts } from './parts';
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
export { CREDENTIALS_SCHEMA } from './schema';

/** Signing in, second factors, passwords and sessions of the accounts of one store. */
export interface Credentials {
  readonly signIn: SignIn;
  readonly factors: Pick<SecondFactors, 'of' | 'codesLeft'>;
  readonly handlers: AccountHandlers;
}

export function createCredentials(parts: CredentialParts): Credentials {
  const factors = createSecondFactors(parts);
  const signIn = createSignIn(parts, factors);
  return { signIn, factors, handlers: createAccountHandlers(parts, factors, signIn) };
}
