import { ConsoleError, type SecondFactor, type SecondFactorSetup } from '../../../contract';
import type { SqlRow, Statement } from '../../ports';
import type { AuditDraft } from '../chain';
import { bulkInsert, type Rows, type Write } from '../store';
import { newTotpSecret, totpStep, totpUri } from '../totp';
import type { Account, CredentialParts } from './parts';

const INSERT_FACTOR = bulkInsert('second_factors', [
  'id',
  'person_id',
  'kind',
  'sealed_secret',
  'created_at',
  'last_step',
  'last_used_at',
  'mac',
]);
const INSERT_CODES = bulkInsert('recovery_codes', ['person_id', 'hash', 'used_at']);

const CODES = 10;
const CODE_CHARACTERS = 16;
/** Crockford's base 32: nothing in it is taken for something else. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** A setting up that nobody finished is forgotten. */
const SETUP_MS = 15 * 60_000;
const MOST_SETUPS = 1_000;

interface Setup {
  readonly secret: string;
  readonly begun: number;
}

/** A code that is good, and what is to be written with whatever it opens so that it opens nothing else. */
export interface GoodCode {
  readonly kind: 'totp' | 'recovery-code';
  readonly statements: readonly Statement[];
}

/** Second factors of the accounts of one store. */
export interface SecondFactors {
  of(personId: string): Promise<SecondFactor[]>;
  codesLeft(personId: string): Promise<number>;
  /** Makes a secret; it is kept in memory until it is confirmed. */
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
  check(personId: string, code: string): Promise<GoodCode | null>;
  /** The write that makes new recovery codes. */
  renewCodes(personId: string): { write: FactorWrite; recoveryCodes: string[] };
  remove(personId: string): Promise<FactorWrite>;
  write(write: FactorWrite, more: { statements?: readonly Statement[]; events: AuditDraft[] }): Promise<void>;
}

/** A write of factors before it has its event. */
export interface FactorWrite {
  readonly added: number;
  readonly rows: readonly Rows[];
  readonly statements: readonly Statement[];
}

export function createSecondFactors(parts: CredentialParts): SecondFactors {
  const { store, clock, random, newId, secrets, factorRows, issuer } = parts;
  const setups = new Map<string, Setup>();

  async function rowsOf(personId: string): Promise<SqlRow[]> {
    const rows = await store.read('SELECT * FROM second_factors WHERE person_id = ?', [personId]);
    return rows.map((row) => factorRows.require(row));
  }

  function newCodes(personId: string): { rows: Rows; recoveryCodes: string[] } {
    const recoveryCodes = Array.from({ length: CODES }, () =>
      // 256 is a multiple of 32: each character is as likely as another.
      [...random.bytes(CODE_CHARACTERS)].map((byte) => ALPHABET[byte % ALPHABET.length]).join(''),
    );
    return {
      rows: {
        into: INSERT_CODES,
        rows: recoveryCodes.map((code) => [personId, hashOf(personId, code), null]),
      },
      recoveryCodes: recoveryCodes.map((code) => code.replace(/(.{4})(?=.)/g, '$1-')),
    };
  }

  function hashOf(personId: string, code: string): string {
    return secrets.hash(JSON.stringify(['recovery-code', personId, code]));
  }

  function forgetCodes(personId: string): Statement {
    return { sql: 'DELETE FROM recovery_codes WHERE person_id = ?', params: [personId] };
  }

  /** Rows come before statements in a write, so new codes are told from old ones by their hashes. */
  function forgetOtherCodes(personId: string, { rows }: Rows): Statement {
    const kept = rows.map(([, hash]) => String(hash));
    const places = kept.map(() => '?').join(', ');
    return {
      sql: `DELETE FROM recovery_codes WHERE person_id = ? AND hash NOT IN (${places})`,
      params: [personId, ...kept],
    };
  }

  function setupOf(personId: string): Setup {
    const setup = setups.get(personId);
    if (!setup || clock.monotonic() - setup.begun > SETUP_MS) {
      throw new ConsoleError('CONFLICT', { reason: 'Begin again: nothing is being set up.' });
    }
    return setup;
  }

  async function checkTotp(personId: string, code: string): Promise<GoodCode | null> {
    for (const row of await rowsOf(personId)) {
      const id = String(row.id);
      const step = totpStep(secrets.open(id, String(row.sealed_secret)), code, clock.now());
      if (step === null || step <= Number(row.last_step)) continue;
      const sql = 'UPDATE second_factors SET last_step = ?, last_used_at = ? WHERE id = ? AND last_step < ?';
      return { kind: 'totp', statements: [{ sql, params: [step, clock.now(), id, step], expect: 1 }] };
    }
    return null;
  }

  async function checkRecovery(personId: string, code: string): Promise<GoodCode | null> {
    const hash = hashOf(personId, code);
    const [row] = await store.read(
      'SELECT 1 FROM recovery_codes WHERE person_id = ? AND hash = ? AND used_at IS NULL',
      [personId, hash],
    );
    if (!row) return null;
    const sql = 'UPDATE recovery_codes SET used_at = ? WHERE person_id = ? AND hash = ? AND used_at IS NULL';
    return { kind: 'recovery-code', statements: [{ sql, params: [clock.now(), personId, hash], expect: 1 }] };
  }

  return {
    async of(personId) {
      return (await rowsOf(personId)).map((row) => ({
        id: String(row.id),
        kind: 'totp' as const,
        createdAt: Number(row.created_at),
        lastUsedAt: row.last_used_at === null ? null : Number(row.last_used_at),
      }));
    },

    async codesLeft(personId) {
      const sql = 'SELECT count(*) AS count FROM recovery_codes WHERE person_id = ? AND used_at IS NULL';
      const [row] = await store.read(sql, [personId]);
      return Number(row?.count ?? 0);
    },

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
      const id = newId();
      const earlier = await rowsOf(personId);
      const row = {
        id,
        person_id: personId,
        kind: 'totp',
        sealed_secret: secrets.seal(id, secret),
        created_at: clock.now(),
      };
      const values = [row.id, personId, row.kind, row.sealed_secret, row.created_at, step, null];
      const { rows, recoveryCodes } = newCodes(personId);
      return {
        recoveryCodes,
        write: {
          added: 1 - earlier.length,
          rows: [{ into: INSERT_FACTOR, rows: [[...values, factorRows.macOf(row)]] }, rows],
          statements: [
            ...earlier.map(({ id: before }) => ({
              sql: 'DELETE FROM second_factors WHERE id = ?',
              params: [String(before)],
              expect: 1,
            })),
            forgetOtherCodes(personId, rows),
          ],
        },
      };
    },

    finished(personId) {
      setups.delete(personId);
    },

    async check(personId, code) {
      const typed = plain(code);
      return /^\d{6}$/.test(typed) ? checkTotp(personId, typed) : checkRecovery(personId, typed);
    },

    renewCodes(personId) {
      const { rows, recoveryCodes } = newCodes(personId);
      return {
        recoveryCodes,
        write: { added: 0, rows: [rows], statements: [forgetOtherCodes(personId, rows)] },
      };
    },

    async remove(personId) {
      const rows = await rowsOf(personId);
      if (rows.length === 0) throw new ConsoleError('NOT_FOUND');
      return {
        added: -rows.length,
        rows: [],
        statements: [
          ...rows.map(({ id }) => ({
            sql: 'DELETE FROM second_factors WHERE id = ?',
            params: [String(id)],
            expect: 1,
          })),
          forgetCodes(personId),
        ],
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

/** As people type it and as it is kept: without spaces and hyphens, in capitals. */
function plain(code: string): string {
  return code.replace(/[\s-]/g, '').toUpperCase();
}
