import { ConsoleError, type SecondFactor, type SecondFactorSetup } from '../../../contract';
import type { SqlRow, Statement } from '../../ports';
import type { AuditDraft } from '../chain';
import type { Write } from '../store';
import { newTotpSecret, totpStep, totpUri } from '../totp';
import { type FactorWrite, factorRow, factorRowsOf, type GoodProof, removal } from './factorWrites';
import { factsOf, type KeptKeys } from './keptKeys';
import type { Account, CredentialParts } from './parts';
import type { RecoveryCodes } from './recoveryCodes';

/** A setting up that nobody finished is forgotten. */
const SETUP_MS = 15 * 60_000;
const MOST_SETUPS = 1_000;

interface Setup {
  readonly secret: string;
  readonly begun: number;
}

/** Second factors of the accounts of one store. */
export interface SecondFactors {
  of(personId: string): Promise<SecondFactor[]>;
  codesLeft(personId: string): Promise<number>;
  /** Makes the secret of an app; it is kept in memory until it is confirmed. */
  begin(account: Account): SecondFactorSetup;
  /**
   * Holds a code against the secret that was made.
   * @returns the write that takes it into use (with one row more or less than now), and the recovery codes
   * @throws ConsoleError WRONG_CREDENTIALS, CONFLICT when none is being set up
   */
  finish(personId: string, code: string): Promise<{ write: FactorWrite; recoveryCodes: string[] }>;
  /** Forgets the secret that {@link SecondFactors.finish} took into use. */
  finished(personId: string): void;
  /** @returns `null` when the code is not good, was used, or there is no factor */
  check(personId: string, code: string): Promise<GoodProof | null>;
  /** The write that makes new recovery codes. */
  renewCodes(personId: string): { write: FactorWrite; recoveryCodes: string[] };
  /**
   * The write that takes some of the factors of a person away, and the recovery codes with the last.
   * @throws ConsoleError NOT_FOUND when there is none of them
   */
  remove(personId: string, which: (factor: SecondFactor) => boolean): Promise<FactorWrite>;
  write(write: FactorWrite, more: { statements?: readonly Statement[]; events: AuditDraft[] }): Promise<void>;
}

export function createSecondFactors(
  parts: CredentialParts,
  keys: KeptKeys,
  codes: RecoveryCodes,
): SecondFactors {
  const { clock, random, newId, secrets, factorRows, issuer } = parts;
  const setups = new Map<string, Setup>();

  async function appsOf(personId: string): Promise<SqlRow[]> {
    return (await factorRowsOf(parts, personId)).filter(({ kind }) => kind === 'totp');
  }

  function setupOf(personId: string): Setup {
    const setup = setups.get(personId);
    if (!setup || clock.monotonic() - setup.begun > SETUP_MS) {
      throw new ConsoleError('CONFLICT', { reason: 'Begin again: nothing is being set up.' });
    }
    return setup;
  }

  async function checkTotp(personId: string, code: string): Promise<GoodProof | null> {
    for (const row of await appsOf(personId)) {
      const id = String(row.id);
      const step = totpStep(secrets.open(id, String(row.sealed_secret)), code, clock.now());
      if (step === null || step <= Number(row.last_step)) continue;
      const sql = 'UPDATE second_factors SET last_step = ?, last_used_at = ? WHERE id = ? AND last_step < ?';
      return { kind: 'totp', statements: [{ sql, params: [step, clock.now(), id, step], expect: 1 }] };
    }
    return null;
  }

  async function of(personId: string): Promise<SecondFactor[]> {
    const apps = (await appsOf(personId)).map((row) => ({ ...timesOf(row), kind: 'totp' as const }));
    const present = await keys.of(personId);
    return [
      ...apps.map((app) => ({ ...app, passkey: null })),
      ...present.map((key) => ({ ...timesOf(key.row), kind: key.kind, passkey: factsOf(key) })),
    ];
  }

  return {
    of,
    codesLeft: codes.left,

    begin(account) {
      const secret = newTotpSecret(random);
      setups.delete(account.id);
      if (setups.size >= MOST_SETUPS) setups.delete(setups.keys().next().value ?? '');
      setups.set(account.id, { secret, begun: clock.monotonic() });
      return { secret, uri: totpUri(secret, issuer(), account.email) };
    },

    async finish(personId, code) {
      const { secret } = setupOf(personId);
      const step = totpStep(secret, plain(code), clock.now());
      if (step === null) throw new ConsoleError('WRONG_CREDENTIALS', { reason: 'The code is not right.' });
      const earlier = await appsOf(personId);
      const { rows, forgetOthers, recoveryCodes } = codes.fresh(personId);
      const app = factorRow(parts, { id: newId(), personId, kind: 'totp', secret, step, credential: null });
      return {
        recoveryCodes,
        write: {
          added: 1 - earlier.length,
          rows: [app, rows],
          statements: [...earlier.map(removal), forgetOthers],
        },
      };
    },

    finished(personId) {
      setups.delete(personId);
    },

    async check(personId, code) {
      const typed = plain(code);
      if (/^\d{6}$/.test(typed)) return checkTotp(personId, typed);
      const used = await codes.check(personId, typed);
      return used && { kind: 'recovery-code', statements: [used] };
    },

    renewCodes(personId) {
      const { rows, forgetOthers, recoveryCodes } = codes.fresh(personId);
      return { recoveryCodes, write: { added: 0, rows: [rows], statements: [forgetOthers] } };
    },

    async remove(personId, which) {
      const present = await of(personId);
      const going = new Set(present.filter(which).map(({ id }) => id));
      if (going.size === 0) throw new ConsoleError('NOT_FOUND');
      const rows = (await factorRowsOf(parts, personId)).filter(({ id }) => going.has(String(id)));
      const isLast = going.size === present.length;
      return {
        added: -rows.length,
        rows: [],
        statements: [...rows.map(removal), ...(isLast ? [codes.forget(personId)] : [])],
      };
    },

    async write({ added, rows, statements }, more) {
      const write: Write = {
        rows,
        statements: [...statements, ...(more.statements ?? [])],
        events: more.events,
      };
      await factorRows.write(added, write);
    },
  };
}

function timesOf(row: SqlRow): Pick<SecondFactor, 'id' | 'createdAt' | 'lastUsedAt'> {
  const { id, created_at: createdAt, last_used_at: lastUsedAt } = row;
  return {
    id: String(id),
    createdAt: Number(createdAt),
    lastUsedAt: lastUsedAt === null ? null : Number(lastUsedAt),
  };
}

/** As people type it and as it is kept: without spaces and hyphens, in capitals. */
function plain(code: string): string {
  return code.replace(/[\s-]/g, '').toUpperCase();
}
