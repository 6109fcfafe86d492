import {
  ConsoleError,
  type PasskeyAdded,
  type PasskeyAnswer,
  type PasskeyCreation,
  type PasskeyKind,
  type PasskeyMade,
  type PasskeyRequest,
  type SignInProgress,
} from '../../../contract';
import { KeyRefused } from '../webauthn';
import { factorAdded, requireFactorLeft } from './factorChanges';
import type { KeptKey, KeptKeys } from './keptKeys';
import type { CredentialCall, CredentialParts } from './parts';
import type { MadeKey, Passkeys } from './passkeys';
import type { SecondFactors } from './secondFactors';
import { own, requireAccount, type SignIn } from './signIn';

/** What implements the procedures about passkeys and security keys, for members and for operators. */
export interface PasskeyHandlers {
  beginPasskey(input: { kind: PasskeyKind }, call: CredentialCall): Promise<PasskeyCreation>;
  finishPasskey(input: { name: string; made: PasskeyMade }, call: CredentialCall): Promise<PasskeyAdded>;
  renamePasskey(input: { id: string; name: string }, call: CredentialCall): Promise<Record<string, never>>;
  removePasskey(input: { id: string }, call: CredentialCall): Promise<Record<string, never>>;
  askPasskey(input: object, call: CredentialCall): Promise<PasskeyRequest>;
  confirmSignInByPasskey(input: { answer: PasskeyAnswer }, call: CredentialCall): Promise<SignInProgress>;
}

interface Services {
  readonly factors: SecondFactors;
  readonly kept: KeptKeys;
  readonly keys: Passkeys;
  readonly signIn: SignIn;
}

export function createPasskeyHandlers(parts: CredentialParts, services: Services): PasskeyHandlers {
  const { who, store } = parts;
  const { factors, kept, keys, signIn } = services;

  async function requireKey(personId: string, id: string): Promise<KeptKey> {
    const key = (await kept.of(personId)).find((each) => each.id === id);
    if (!key) throw new ConsoleError('NOT_FOUND');
    return key;
  }

  async function taken(work: Promise<MadeKey>, personId: string, call: CredentialCall): Promise<MadeKey> {
    try {
      return await work;
    } catch (problem) {
      if (!(problem instanceof KeyRefused)) throw problem;
      const event = call.event({ target: personId, outcome: 'refused', detail: { key: problem.why } });
      await store.write({ events: [event] });
      throw new ConsoleError('PASSKEY_REFUSED', {}, problem);
    }
  }

  return {
    async beginPasskey({ kind }, call) {
      const actor = own(call, who);
      const account = await requireAccount(parts, actor.id);
      const options = await keys.begin(account, kind, actor, call);
      await store.write({ events: [call.event({ target: account.id, detail: { kind } })] });
      return options;
    },

    async finishPasskey(input, call) {
      const actor = own(call, who);
      const account = await requireAccount(parts, actor.id);
      const made = await taken(keys.finish(account, input, actor, call), account.id, call);
      const needs = await factorAdded(parts, services, { account, made, call });
      return { recoveryCodes: made.recoveryCodes, needs };
    },

    async renamePasskey({ id, name }, call) {
      const actor = own(call, who);
      const key = await requireKey(actor.id, id);
      const change = { before: key.name, after: name };
      const event = call.event({ target: id, change });
      await store.write({ statements: [kept.renaming(key, name)], events: [event] });
      return {};
    },

    async removePasskey({ id }, call) {
      const account = await requireAccount(parts, own(call, who).id);
      const { kind } = await requireKey(account.id, id);
      const isThis = (factor: { id: string }) => factor.id === id;
      await requireFactorLeft(parts, factors, account, isThis);
      const events = [call.event({ target: account.id, detail: { kind, factor: id } })];
      await factors.write(await factors.remove(account.id, isThis), { events });
      return {};
    },

    async askPasskey(_input, call) {
      return keys.ask(own(call, who), call);
    },

    async confirmSignInByPasskey({ answer }, call) {
      return { needs: await signIn.confirm({ kind: 'passkey', answer }, call) };
    },
  };
}
