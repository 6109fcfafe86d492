import { ConsoleError, type Proof, type SignInNeed } from '../../../contract';
import { StoreError } from '../../ports';
import type { SignInTry } from '../limiter';
import type { Session, SessionExtras } from '../sessions';
import type { Write } from '../store';
import type { Account, CredentialCall, CredentialParts, ProvenPassword } from './parts';
import { ageOf, renewedInHistory } from './passwordHistory';
import type { SecondFactors } from './secondFactors';

const DAY_MS = 86_400_000;

/** The steps of signing in, and of proving it again. */
export interface SignIn {
  /** @throws ConsoleError WRONG_CREDENTIALS, TOO_MANY_TRIES */
  withPassword(
    credentials: { email: string; password: string },
    call: CredentialCall,
  ): Promise<{ account: Account; session: Session }>;
  /**
   * Begins a session for somebody who is known to be who they say.
   * @param extras what others write with it
   */
  begin(
    account: Account,
    call: CredentialCall,
    attempt: SignInTry | null,
    first: boolean,
    extras?: SessionExtras,
  ): Promise<Session>;
  /** @throws ConsoleError WRONG_CREDENTIALS, TOO_MANY_TRIES */
  stepUp(proof: Proof, call: CredentialCall): Promise<void>;
  /** Goes on with a sign-in that waits for a code. */
  confirm(code: string, call: CredentialCall): Promise<SignInNeed | null>;
  /** What a sign-in still needs when a second factor was given or is not there. */
  needsAfterFactor(account: Account): Promise<SignInNeed | null>;
  /** Holds a password against the caller's, as a try that counts. */
  requirePassword(account: Account, password: string, call: CredentialCall): Promise<SignInTry>;
}

/** @throws ConsoleError NOT_SIGNED_IN when the account is gone or was disabled */
export async function requireAccount({ accounts }: CredentialParts, id: string): Promise<Account> {
  const account = await accounts.byId(id);
  if (!account?.isActive) throw new ConsoleError('NOT_SIGNED_IN');
  return account;
}

export function createSignIn(parts: CredentialParts, factors: SecondFactors): SignIn {
  const { who, store, clock, sessions, hasher, guard, accounts, policy, provePassword, keepsPassword } =
    parts;

  async function refuse(
    call: CredentialCall,
    account: Account | null,
    attempt: SignInTry,
    detail: ProvenPassword['detail'] = {},
  ): Promise<never> {
    const actor = account ? `${who}:${account.id}` : `unknown:${call.source}`;
    const event = call.event({ actor, outcome: 'refused', detail });
    await store.write({ statements: attempt.failed, events: [event] });
    throw new ConsoleError('WRONG_CREDENTIALS');
  }

  async function needsAfterFactor(account: Account): Promise<SignInNeed | null> {
    const { maximumAgeDays } = policy.current().password;
    if (maximumAgeDays === null || !(await keepsPassword(account))) return null;
    const age = clock.now() - (await ageOf(store, account));
    return age > maximumAgeDays * DAY_MS ? 'new-password' : null;
  }

  async function needsOf(account: Account): Promise<SignInNeed | null> {
    if ((await factors.of(account.id)).length > 0) return 'second-factor';
    if (policy.current().secondFactorFor.includes(account.role)) return 'enrolment';
    return needsAfterFactor(account);
  }

  async function begin(
    account: Account,
    call: CredentialCall,
    attempt: SignInTry | null,
    first: boolean,
    extras?: SessionExtras,
  ): Promise<Session> {
    const needs = await needsOf(account);
    const { session, token } = await sessions.begin(
      account,
      (begun) =>
        call.event({
          event: `${who}.signed-in`,
          actor: `${account.role}:${account.id}`,
          target: begun.id,
          detail: needs ? { first, needs } : { first },
        }),
      { needs, source: call.source, statements: attempt?.succeeded ?? [], extras },
    );
    attempt?.succeed();
    call.issueCredential(token);
    return session;
  }

  /** @throws ConsoleError WRONG_CREDENTIALS when the password is not that of this very account */
  async function requireOwn(
    account: Account,
    password: string,
    call: CredentialCall,
    attempt: SignInTry,
  ): Promise<void> {
    const { account: proven, detail } = await provePassword(account.email, password, account);
    if (proven?.id !== account.id) await refuse(call, account, attempt, detail);
  }

  /** Writes what a good code opens; one that was used in the same moment opens nothing. */
  async function spend(
    call: CredentialCall,
    account: Account,
    attempt: SignInTry,
    write: () => Promise<void>,
  ): Promise<void> {
    try {
      await write();
    } catch (problem) {
      if (problem instanceof StoreError && problem.problem === 'guard') return refuse(call, account, attempt);
      throw problem;
    }
    attempt.succeed();
  }

  /** A hash that costs less than new ones is made anew while its password is known. Whoever was quicker has done it. */
  async function renewHash(account: Account, password: string, call: CredentialCall): Promise<void> {
    if (!hasher.isOutdated(account.password) || !(await keepsPassword(account))) return;
    const phc = await hasher.hash(password);
    const event = call.event({
      event: `${who}.password-hash-renewed`,
      actor: `${account.role}:${account.id}`,
      target: account.id,
    });
    try {
      await store.write({
        statements: [await accounts.setPassword(account, phc), renewedInHistory(account, phc)],
        events: [event],
      });
    } catch (problem) {
      if (!(problem instanceof StoreError && problem.problem === 'guard')) throw problem;
    }
  }

  return {
    async withPassword({ email, password }, call) {
      const attempt = await guard.begin(call.source, email);
      const account = await accounts.byEmail(email);
      const proven = await provePassword(email, password, account);
      if (!proven.account) return refuse(call, account, attempt, proven.detail);
      const session = await begin(proven.account, call, attempt, false);
      await renewHash(proven.account, password, call);
      return { account: proven.account, session };
    },

    begin,
    needsAfterFactor,

    async requirePassword(account, password, call) {
      const attempt = await guard.begin(call.source, account.id);
      await requireOwn(account, password, call, attempt);
      return attempt;
    },

    async stepUp(proof, call) {
      const actor = own(call, who);
      const account = await requireAccount(parts, actor.id);
      const attempt = await guard.begin(call.source, account.id);
      const event = () => call.event({ target: actor.sessionId, detail: { proof: proof.kind } });
      if (proof.kind === 'password') {
        await requireOwn(account, proof.password, call, attempt);
        await sessions.prove(actor.sessionId, event(), attempt.succeeded);
        attempt.succeed();
        return;
      }
      const good = await factors.check(account.id, proof.code);
      if (!good) return refuse(call, account, attempt);
      await spend(call, account, attempt, () =>
        sessions.prove(actor.sessionId, event(), [...good.statements, ...attempt.succeeded]),
      );
    },

    async confirm(code, call) {
      const actor = own(call, who);
      if (actor.needs !== 'second-factor')
        throw new ConsoleError('CONFLICT', { reason: 'No code is asked for.' });
      const account = await requireAccount(parts, actor.id);
      const attempt = await guard.begin(call.source, account.id);
      const good = await factors.check(account.id, code);
      if (!good) return refuse(call, account, attempt);
      const needs = await needsAfterFactor(account);
      const write: Write = {
        statements: [...good.statements, ...attempt.succeeded],
        events: [call.event({ target: actor.sessionId, detail: { factor: good.kind } })],
      };
      await spend(call, account, attempt, () => sessions.advance(actor.sessionId, needs, write));
      return needs;
    },
  };
}

/** The caller, where it is about their own account here. */
export function own(call: CredentialCall, who: 'user' | 'operator'): NonNullable<CredentialCall['actor']> {
  const { actor } = call;
  if (!actor) throw new ConsoleError('NOT_SIGNED_IN');
  if (who === 'user' && actor.role === 'operator') {
    throw new ConsoleError('NOT_ALLOWED', { reason: 'An operator has their account in the installation.' });
  }
  return actor;
}
