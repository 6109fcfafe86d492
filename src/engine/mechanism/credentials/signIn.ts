import { ConsoleError, type PasskeyAnswer, type Proof, type SignInNeed } from '../../../contract';
import { StoreError } from '../../ports';
import type { SignInTry } from '../limiter';
import type { Session, SessionExtras } from '../sessions';
import type { Write } from '../store';
import { holderOf, KeyRefused } from '../webauthn';
import type { GoodProof } from './factorWrites';
import type { Account, CredentialCall, CredentialParts, ProvenPassword } from './parts';
import type { Passkeys } from './passkeys';
import { ageOf, renewedInHistory } from './passwordHistory';
import type { SecondFactors } from './secondFactors';

const DAY_MS = 86_400_000;

type Detail = ProvenPassword['detail'];

/** A code, or the answer of a key. */
export type FactorProof = Exclude<Proof, { kind: 'password' }>;

/** The steps of signing in, and of proving it again. */
export interface SignIn {
  /** @throws ConsoleError WRONG_CREDENTIALS, TOO_MANY_TRIES */
  withPassword(
    credentials: { email: string; password: string },
    call: CredentialCall,
  ): Promise<{ account: Account; session: Session }>;
  /**
   * With a passkey and nothing else: the authenticator has asked for finger, face or PIN.
   * @throws ConsoleError PASSKEY_REFUSED, TOO_MANY_TRIES
   */
  withPasskey(answer: PasskeyAnswer, call: CredentialCall): Promise<{ account: Account; session: Session }>;
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
  /** @throws ConsoleError WRONG_CREDENTIALS, PASSKEY_REFUSED, TOO_MANY_TRIES */
  stepUp(proof: Proof, call: CredentialCall): Promise<void>;
  /** Goes on with a sign-in that waits for a second factor. @throws as `stepUp` */
  confirm(proof: FactorProof, call: CredentialCall): Promise<SignInNeed | null>;
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

export function createSignIn(parts: CredentialParts, factors: SecondFactors, keys: Passkeys): SignIn {
  const { who, store, clock, sessions, hasher, guard, accounts, policy, provePassword, keepsPassword } =
    parts;

  async function refuse(
    call: CredentialCall,
    account: Account | null,
    attempt: SignInTry,
    detail: Detail = {},
    error = new ConsoleError('WRONG_CREDENTIALS'),
  ): Promise<never> {
    const actor = account ? `${who}:${account.id}` : `unknown:${call.source}`;
    const event = call.event({ actor, outcome: 'refused', detail });
    await store.write({ statements: attempt.failed, events: [event] });
    throw error;
  }

  /** Holds a proof; one that is wrong is a try that has failed. */
  async function hold(
    call: CredentialCall,
    account: Account | null,
    attempt: SignInTry,
    check: () => Promise<GoodProof | null>,
  ): Promise<GoodProof> {
    try {
      return (await check()) ?? (await refuse(call, account, attempt));
    } catch (problem) {
      if (!(problem instanceof KeyRefused)) throw problem;
      const error = new ConsoleError('PASSKEY_REFUSED', {}, problem);
      return refuse(call, account, attempt, { key: problem.why }, error);
    }
  }

  /** Holds a proof of the caller’s own, and spends it. */
  async function holdOwn(
    proof: FactorProof,
    account: Account,
    call: CredentialCall,
    write: (good: GoodProof, attempt: SignInTry) => Promise<void>,
  ): Promise<void> {
    const attempt = await guard.begin(call.source, account.id);
    const good = await hold(call, account, attempt, () =>
      proof.kind === 'code'
        ? factors.check(account.id, proof.code)
        : keys.check(own(call, who), proof.answer, call),
    );
    await spend(call, account, attempt, good, () => write(good, attempt));
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
    const detail = { first, ...(needs && { needs }) };
    return enter(account, call, attempt, { needs, detail, extras });
  }

  async function enter(
    account: Account,
    call: CredentialCall,
    attempt: SignInTry | null,
    {
      needs,
      detail,
      extras,
    }: { needs: SignInNeed | null; detail: Detail; extras?: SessionExtras | undefined },
  ): Promise<Session> {
    const { session, token } = await sessions.begin(
      account,
      (begun) =>
        call.event({
          event: `${who}.signed-in`,
          actor: `${account.role}:${account.id}`,
          target: begun.id,
          detail,
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

  /** Writes what a good proof opens; one that was used in the same moment opens nothing. */
  async function spend<T>(
    call: CredentialCall,
    account: Account,
    attempt: SignInTry,
    { kind }: GoodProof,
    write: () => Promise<T>,
  ): Promise<T> {
    try {
      const written = await write();
      attempt.succeed();
      return written;
    } catch (problem) {
      if (!(problem instanceof StoreError && problem.problem === 'guard')) throw problem;
      const code = kind === 'totp' || kind === 'recovery-code' ? 'WRONG_CREDENTIALS' : 'PASSKEY_REFUSED';
      return refuse(call, account, attempt, {}, new ConsoleError(code, {}, problem));
    }
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

    async withPasskey(answer, call) {
      const holder = holderOf(answer);
      // Apart from the tries with a password, which a stranger who knows an id must not use up.
      const attempt = await guard.begin(call.source, `passkey ${holder}`);
      const account = holder === null ? null : await accounts.byId(holder);
      const good = await hold(call, account, attempt, () => keys.checkAlone(account, answer, call));
      if (!account) throw new Error('a passkey was good and nobody has it');
      const session = await spend(call, account, attempt, good, async () => {
        const needs = await needsAfterFactor(account);
        const detail = { first: false, factor: good.kind, ...(needs && { needs }) };
        const statements = [...good.statements, ...attempt.succeeded];
        const extras = { statements, rowsOf: () => [] };
        return enter(account, call, null, { needs, detail, extras });
      });
      return { account, session };
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
      const event = (detail: Detail) => call.event({ target: actor.sessionId, detail });
      if (proof.kind === 'password') {
        const attempt = await guard.begin(call.source, account.id);
        await requireOwn(account, proof.password, call, attempt);
        await sessions.prove(actor.sessionId, event({ proof: proof.kind }), attempt.succeeded);
        attempt.succeed();
        return;
      }
      await holdOwn(proof, account, call, (good, attempt) => {
        const detail = { proof: proof.kind === 'code' ? proof.kind : good.kind };
        return sessions.prove(actor.sessionId, event(detail), [...good.statements, ...attempt.succeeded]);
      });
    },

    async confirm(proof, call) {
      const actor = own(call, who);
      if (actor.needs !== 'second-factor')
        throw new ConsoleError('CONFLICT', { reason: 'No code is asked for.' });
      const account = await requireAccount(parts, actor.id);
      const needs = await needsAfterFactor(account);
      await holdOwn(proof, account, call, (good, attempt) => {
        const write: Write = {
          statements: [...good.statements, ...attempt.succeeded],
          events: [call.event({ target: actor.sessionId, detail: { factor: good.kind } })],
        };
        return sessions.advance(actor.sessionId, needs, write);
      });
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
