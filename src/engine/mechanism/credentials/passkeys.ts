import {
  ConsoleError,
  type PasskeyAnswer,
  type PasskeyCreation,
  type PasskeyKind,
  type PasskeyMade,
  type PasskeyRequest,
} from '../../../contract';
import {
  type Ceremonies,
  challengeOf,
  creationOptions,
  holderOf,
  KeyRefused,
  requestOptions,
  requirePage,
  verifyAnswer,
  verifyMade,
} from '../webauthn';
import type { FactorWrite, GoodProof } from './factorWrites';
import type { KeptKey, KeptKeys } from './keptKeys';
import type { Account, CredentialCall, CredentialParts } from './parts';
import type { RecoveryCodes } from './recoveryCodes';

type Own = NonNullable<CredentialCall['actor']>;

/** A key that the browser made, ready to be taken into use. */
export interface MadeKey {
  readonly kind: PasskeyKind;
  readonly write: FactorWrite;
  /** Where there were none before. */
  readonly recoveryCodes: string[];
}

/** The ceremonies with passkeys and security keys of the accounts of one store (WebAuthn Level 3). */
export interface Passkeys {
  /** @throws ConsoleError NOT_ALLOWED at a page that cannot, or for whom others vouch; CONFLICT without room */
  begin(account: Account, kind: PasskeyKind, actor: Own, call: CredentialCall): Promise<PasskeyCreation>;
  /** @throws KeyRefused */
  finish(
    account: Account,
    input: { name: string; made: PasskeyMade },
    actor: Own,
    call: CredentialCall,
  ): Promise<MadeKey>;
  /** What one’s own keys are asked with. @throws ConsoleError NOT_FOUND when none was made for this host */
  ask(actor: Own, call: CredentialCall): Promise<PasskeyRequest>;
  /** What anybody’s passkeys are asked with, to sign in. */
  askAnybody(call: CredentialCall): PasskeyRequest;
  /** Holds an answer against the keys of whoever asked for it. @throws KeyRefused */
  check(actor: Own, answer: PasskeyAnswer, call: CredentialCall): Promise<GoodProof>;
  /** Holds the answer of somebody who says nothing else against their passkeys. @throws KeyRefused */
  checkAlone(account: Account | null, answer: PasskeyAnswer, call: CredentialCall): Promise<GoodProof>;
}

export function createPasskeys(
  { issuer, vouchedElsewhere }: CredentialParts,
  keys: KeptKeys,
  codes: RecoveryCodes,
  ceremonies: Ceremonies,
): Passkeys {
  async function proven(
    key: KeptKey | undefined,
    answer: PasskeyAnswer,
    call: CredentialCall,
    userVerified: boolean,
  ): Promise<GoodProof> {
    const page = requirePage(call);
    if (!key || key.host !== page.host) throw new KeyRefused('unknown');
    const challenge = challengeOf(answer);
    const used = await verifyAnswer(answer, key, { challenge, page, userVerified });
    return { kind: key.kind, statements: [keys.using(key, used)] };
  }

  return {
    async begin(account, kind, actor, call) {
      const page = requirePage(call);
      if (kind === 'passkey' && (await vouchedElsewhere(account))) {
        throw new ConsoleError('NOT_ALLOWED', {
          reason: 'Your organisation signs you in, so no passkey does it alone. Add a security key instead.',
        });
      }
      const present = await keys.of(account.id);
      keys.requireRoom(present);
      const { source } = call;
      const challenge = ceremonies.begin({
        purpose: 'register',
        owner: actor.sessionId,
        source,
        page,
        kind,
      });
      const ofHost = present.filter(({ host }) => host === page.host);
      return creationOptions({ challenge, page, kind, person: account, issuer: issuer(), present: ofHost });
    },

    async finish(account, { name, made }, actor, call) {
      const page = requirePage(call);
      const challenge = challengeOf(made);
      const ceremony = ceremonies.take(challenge, { purpose: 'register', owner: actor.sessionId, page });
      if (!ceremony?.kind) throw new KeyRefused('challenge');
      const { kind } = ceremony;
      const key = await verifyMade(made, { challenge, page, userVerified: kind === 'passkey' });
      keys.requireRoom(await keys.of(account.id));
      const { rows, statements } = keys.adding(account.id, kind, { ...key, name, host: page.host });
      const fresh = (await codes.left(account.id)) === 0 ? codes.fresh(account.id) : null;
      return {
        kind,
        recoveryCodes: fresh?.recoveryCodes ?? [],
        write: {
          added: 1,
          rows: [rows, ...(fresh ? [fresh.rows] : [])],
          statements: [...statements, ...(fresh ? [fresh.forgetOthers] : [])],
        },
      };
    },

    async ask(actor, call) {
      const page = requirePage(call);
      const ofHost = (await keys.of(actor.id)).filter(({ host }) => host === page.host);
      if (ofHost.length === 0) {
        throw new ConsoleError('NOT_FOUND', {
          reason: `You have no passkey or security key for ${page.host}.`,
        });
      }
      const { source } = call;
      const challenge = ceremonies.begin({
        purpose: 'prove',
        owner: actor.sessionId,
        source,
        page,
        kind: null,
      });
      return requestOptions(challenge, page, ofHost);
    },

    askAnybody(call) {
      const page = requirePage(call);
      const { source } = call;
      const challenge = ceremonies.begin({ purpose: 'sign-in', owner: source, source, page, kind: null });
      return requestOptions(challenge, page, []);
    },

    async check(actor, answer, call) {
      const claim = { purpose: 'prove', owner: actor.sessionId, page: requirePage(call) } as const;
      if (!ceremonies.take(challengeOf(answer), claim)) throw new KeyRefused('challenge');
      if (answer.response.userHandle && holderOf(answer) !== actor.id) throw new KeyRefused('unknown');
      const key = (await keys.of(actor.id)).find(({ credential }) => credential === answer.id);
      return proven(key, answer, call, false);
    },

    async checkAlone(account, answer, call) {
      const claim = { purpose: 'sign-in', owner: call.source, page: requirePage(call) } as const;
      if (!ceremonies.take(challengeOf(answer), claim)) throw new KeyRefused('challenge');
      if (!account?.isActive || holderOf(answer) !== account.id || (await vouchedElsewhere(account))) {
        throw new KeyRefused('unknown');
      }
      const key = (await keys.of(account.id)).find(({ credential }) => credential === answer.id);
      return proven(key?.kind === 'passkey' ? key : undefined, answer, call, true);
    },
  };
}
