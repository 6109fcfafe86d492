import type { Statement } from '../../ports';
import { bulkInsert, type Rows } from '../store';
import type { CredentialParts } from './parts';

const INSERT_CODES = bulkInsert('recovery_codes', ['person_id', 'hash', 'used_at']);

const CODES = 10;
const CODE_CHARACTERS = 16;
/** Crockford's base 32: nothing in it is taken for something else. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** New codes, with the rows that keep their hashes and the statement that makes all others worth nothing. */
export interface FreshCodes {
  readonly rows: Rows;
  readonly forgetOthers: Statement;
  readonly recoveryCodes: string[];
}

/** Codes that each open once when a second factor is lost. */
export interface RecoveryCodes {
  left(personId: string): Promise<number>;
  fresh(personId: string): FreshCodes;
  forget(personId: string): Statement;
  /** @returns what uses the code up, `null` when it is not good */
  check(personId: string, code: string): Promise<Statement | null>;
}

export function createRecoveryCodes({ store, clock, random, secrets }: CredentialParts): RecoveryCodes {
  function hashOf(personId: string, code: string): string {
    return secrets.hash(JSON.stringify(['recovery-code', personId, code]));
  }

  /** Rows come before statements in a write, so new codes are told from old ones by their hashes. */
  function forgetOthers(personId: string, kept: readonly string[]): Statement {
    const places = kept.map(() => '?').join(', ');
    return {
      sql: `DELETE FROM recovery_codes WHERE person_id = ? AND hash NOT IN (${places})`,
      params: [personId, ...kept],
    };
  }

  return {
    async left(personId) {
      const sql = 'SELECT count(*) AS count FROM recovery_codes WHERE person_id = ? AND used_at IS NULL';
      const [row] = await store.read(sql, [personId]);
      return Number(row?.count ?? 0);
    },

    fresh(personId) {
      const codes = Array.from({ length: CODES }, () =>
        // 256 is a multiple of 32: each character is as likely as another.
        [...random.bytes(CODE_CHARACTERS)].map((byte) => ALPHABET[byte % ALPHABET.length]).join(''),
      );
      const hashes = codes.map((code) => hashOf(personId, code));
      return {
        rows: { into: INSERT_CODES, rows: hashes.map((hash) => [personId, hash, null]) },
        forgetOthers: forgetOthers(personId, hashes),
        recoveryCodes: codes.map((code) => code.replace(/(.{4})(?=.)/g, '$1-')),
      };
    },

    forget(personId) {
      return { sql: 'DELETE FROM recovery_codes WHERE person_id = ?', params: [personId] };
    },

    async check(personId, code) {
      const hash = hashOf(personId, code);
      const [row] = await store.read(
        'SELECT 1 FROM recovery_codes WHERE person_id = ? AND hash = ? AND used_at IS NULL',
        [personId, hash],
      );
      if (!row) return null;
      const sql =
        'UPDATE recovery_codes SET used_at = ? WHERE person_id = ? AND hash = ? AND used_at IS NULL';
      return { sql, params: [clock.now(), personId, hash], expect: 1 };
    },
  };
}
