import { ConsoleError, type SecondFactor, type SignInNeed } from '../../../contract';
import type { FactorWrite } from './factorWrites';
import type { Account, CredentialCall, CredentialParts } from './parts';
import type { SecondFactors } from './secondFactors';
import { own, type SignIn } from './signIn';

interface Added {
  readonly account: Account;
  readonly made: { readonly kind: string; readonly write: FactorWrite };
  readonly call: CredentialCall;
}

/**
 * Takes a new second factor into use: the person’s other sessions end, and a sign-in that waited for one goes on.
 * @returns what the sign-in still needs
 */
export async function factorAdded(
  { who, sessions }: CredentialParts,
  { factors, signIn }: { factors: SecondFactors; signIn: SignIn },
  { account, made, call }: Added,
): Promise<SignInNeed | null> {
  const actor = own(call, who);
  const needs = actor.needs === null ? null : await signIn.needsAfterFactor(account);
  await factors.write(made.write, {
    statements: sessions.endAllOf(account.id, 'second-factor-changed', actor.sessionId),
    events: [call.event({ target: account.id, detail: { kind: made.kind } })],
  });
  sessions.forget(account.id, actor.sessionId);
  if (actor.needs !== null) {
    const event = call.event({ target: actor.sessionId, event: `${who}.second-factor-given` });
    await sessions.advance(actor.sessionId, needs, { events: [event] });
  }
  return needs;
}

/** @throws ConsoleError NOT_ALLOWED when somebody who cannot do without a second factor would have none left */
export async function requireFactorLeft(
  { policy }: CredentialParts,
  factors: SecondFactors,
  account: Account,
  isGoing: (factor: SecondFactor) => boolean,
): Promise<void> {
  if (!policy.current().secondFactorFor.includes(account.role)) return;
  if ((await factors.of(account.id)).some((factor) => !isGoing(factor))) return;
  throw new ConsoleError('NOT_ALLOWED', {
    reason: 'Your role cannot do without a second factor. Set up another one first.',
  });
}
