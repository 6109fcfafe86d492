import {
  ConsoleError,
  type KeptIdentityPolicy,
  type PasswordRule,
  type RecoveryCodes,
  type SecondFactor,
  type SecondFactorSetup,
  type SecondFactors as SecondFactorsShown,
  type SessionSummary,
  type SignInProgress,
} from '../../../contract';
import { passwordRules, requireGoodPassword } from '../passwords';
import type { ListedSession } from '../sessions';
import { factorAdded, requireFactorLeft } from './factorChanges';
import type { CredentialCall, CredentialParts } from './parts';
import { passwordRow, requireUnused } from './passwordHistory';
import type { SecondFactors } from './secondFactors';
import { own, requireAccount, type SignIn } from './signIn';

/** What implements the account procedures of a contract, for members and for operators. */
export interface AccountHandlers {
  passwordRules(input: object): Promise<PasswordRule[]>;
  changePassword(input: { current: string; next: string }, call: CredentialCall): Promise<SignInProgress>;
  secondFactors(input: object, call: CredentialCall): Promise<SecondFactorsShown>;
  beginSecondFactor(input: object, call: CredentialCall): Promise<SecondFactorSetup>;
  finishSecondFactor(input: { code: string }, call: CredentialCall): Promise<RecoveryCodes & SignInProgress>;
  confirmSignIn(input: { code: string }, call: CredentialCall): Promise<SignInProgress>;
  renewRecoveryCodes(input: object, call: CredentialCall): Promise<RecoveryCodes>;
  removeSecondFactor(input: object, call: CredentialCall): Promise<Record<string, never>>;
  sessions(input: object, call: CredentialCall): Promise<SessionSummary[]>;
  endSession(input: { id: string }, call: CredentialCall): Promise<Record<string, never>>;
  allSessions(input: object, call: CredentialCall): Promise<SessionSummary[]>;
  revokeSession(input: { id: string; reason: string }, call: CredentialCall): Promise<Record<string, never>>;
  resetSecondFactor(
    input: { personId: string; reason: string },
    call: CredentialCall,
  ): Promise<Record<string, never>>;
  policy(input: object): Promise<KeptIdentityPolicy>;
  setPolicy(input: KeptIdentityPolicy, call: CredentialCall): Promise<KeptIdentityPolicy>;
}

export function createAccountHandlers(
  parts: CredentialParts,
  factors: SecondFactors,
  signIn: SignIn,
): AccountHandlers {
  const { who, store, clock, hasher, common, sessions, accounts, policy, keepsPassword } = parts;

  async function show(listed: ListedSession[], call: CredentialCall): Promise<SessionSummary[]> {
    const people = new Map(
      await Promise.all(
        [...new Set(listed.map(({ personId }) => personId))].map(
          async (id) => [id, await accounts.byId(id)] as const,
        ),
      ),
    );
    return listed.map((session) => {
      const person = people.get(session.personId);
      return {
        ...session,
        person: person ? { name: person.name, email: person.email } : null,
        current: session.id === call.actor?.sessionId,
      };
    });
  }

  async function requireFactor(personId: string): Promise<void> {
    if ((await factors.of(personId)).length === 0) {
      throw new ConsoleError('NOT_FOUND', { reason: 'No second factor is set up.' });
    }
  }

  return {
    passwordRules: async () => passwordRules(policy.current().password),

    async changePassword({ current, next }, call) {
      const actor = own(call, who);
      const account = await requireAccount(parts, actor.id);
      if (!(await keepsPassword(account))) {
        throw new ConsoleError('NOT_ALLOWED', {
          reason: 'Your directory keeps your password; change it there.',
        });
      }
      requireGoodPassword(next, {
        person: account,
        policy: policy.current().password,
        common,
        path: 'next',
      });
      const attempt = await signIn.requirePassword(account, current, call);
      await requireUnused(parts, account, next);
      const phc = await hasher.hash(next);
      await sessions.advance(actor.sessionId, null, {
        rows: [passwordRow(account.id, phc, clock.now())],
        statements: [
          await accounts.setPassword(account, phc),
          ...attempt.succeeded,
          ...sessions.endAllOf(account.id, 'password-changed', actor.sessionId),
        ],
        events: [call.event({ target: account.id })],
      });
      sessions.forget(account.id, actor.sessionId);
      attempt.succeed();
      return { needs: null };
    },

    async secondFactors(_input, call) {
      const actor = own(call, who);
      return {
        factors: await factors.of(actor.id),
        recoveryCodesLeft: await factors.codesLeft(actor.id),
        required: policy.current().secondFactorFor.includes(actor.role),
        passkeys: {
          host: call.page?.host ?? null,
          alone: !(await parts.vouchedElsewhere(await requireAccount(parts, actor.id))),
        },
      };
    },

    async beginSecondFactor(_input, call) {
      const account = await requireAccount(parts, own(call, who).id);
      await store.write({ events: [call.event({ target: account.id })] });
      return factors.begin(account);
    },

    async finishSecondFactor({ code }, call) {
      const account = await requireAccount(parts, own(call, who).id);
      const { write, recoveryCodes } = await factors.finish(account.id, code);
      const needs = await factorAdded(
        parts,
        { factors, signIn },
        { account, made: { kind: 'totp', write }, call },
      );
      factors.finished(account.id);
      return { recoveryCodes, needs };
    },

    async confirmSignIn({ code }, call) {
      return { needs: await signIn.confirm({ kind: 'code', code }, call) };
    },

    async renewRecoveryCodes(_input, call) {
      const account = await requireAccount(parts, own(call, who).id);
      await requireFactor(account.id);
      const { write, recoveryCodes } = factors.renewCodes(account.id);
      await factors.write(write, { events: [call.event({ target: account.id })] });
      return { recoveryCodes };
    },

    async removeSecondFactor(_input, call) {
      const account = await requireAccount(parts, own(call, who).id);
      const isApp = ({ kind }: SecondFactor) => kind === 'totp';
      await requireFactorLeft(parts, factors, account, isApp);
      const events = [call.event({ target: account.id })];
      await factors.write(await factors.remove(account.id, isApp), { events });
      return {};
    },

    async sessions(_input, call) {
      return show(await sessions.list(own(call, who).id), call);
    },

    async endSession({ id }, call) {
      const actor = own(call, who);
      await sessions.revoke({ id, personId: actor.id }, call.event({ target: id }), 'ended-by-person');
      return {};
    },

    async allSessions(_input, call) {
      return show(await sessions.list(null), call);
    },

    async revokeSession({ id, reason }, call) {
      await sessions.revoke({ id }, call.event({ target: id, detail: { reason } }), reason);
      return {};
    },

    async resetSecondFactor({ personId, reason }, call) {
      const write = await factors.remove(personId, () => true);
      await factors.write(write, {
        statements: sessions.endAllOf(personId, reason),
        events: [call.event({ target: personId, detail: { reason } })],
      });
      sessions.forget(personId);
      return {};
    },

    policy: async () => policy.current(),

    async setPolicy(next, call) {
      const { revision: _, ...rules } = next;
      const { revision: _before, ...before } = policy.current();
      const detail = { policy: JSON.stringify(rules) };
      return policy.set(next, call.event({ detail, change: { before, after: rules } }));
    },
  };
}
