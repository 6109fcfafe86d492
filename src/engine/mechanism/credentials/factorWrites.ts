import type { SqlRow, Statement } from '../../ports';
import { bulkInsert, type Rows } from '../store';
import type { CredentialParts } from './parts';

const INSERT_FACTOR = bulkInsert('second_factors', [
  'id',
  'person_id',
  'kind',
  'sealed_secret',
  'created_at',
  'last_step',
  'last_used_at',
  'mac',
  'credential',
]);

/** A write of factors before it has its event. */
export interface FactorWrite {
  readonly added: number;
  readonly rows: readonly Rows[];
  readonly statements: readonly Statement[];
}

/** A proof that is good, and what is to be written with whatever it opens so that it opens nothing else. */
export interface GoodProof {
  readonly kind: 'totp' | 'recovery-code' | 'passkey' | 'security-key';
  readonly statements: readonly Statement[];
}

/** What a second factor is as a row. */
export interface NewFactor {
  readonly id: string;
  readonly personId: string;
  readonly kind: string;
  readonly secret: string;
  /** The step of the newest code, or the counter of a key. */
  readonly step: number;
  /** What tells a key from all others; `null` for an app. */
  readonly credential: string | null;
}

export function factorRow(
  { secrets, factorRows, clock }: Pick<CredentialParts, 'secrets' | 'factorRows' | 'clock'>,
  { id, personId, kind, secret, step, credential }: NewFactor,
): Rows {
  const sealed = secrets.seal(id, secret);
  const row = { id, person_id: personId, kind, sealed_secret: sealed, created_at: clock.now() };
  const values = [id, personId, kind, sealed, row.created_at, step, null, factorRows.macOf(row), credential];
  return { into: INSERT_FACTOR, rows: [values] };
}

/** The rows of a person’s second factors, each as it was written. @throws ConsoleError INSTALLATION_TAMPERED */
export async function factorRowsOf(
  { store, factorRows }: Pick<CredentialParts, 'store' | 'factorRows'>,
  personId: string,
): Promise<SqlRow[]> {
  const rows = await store.read('SELECT * FROM second_factors WHERE person_id = ? ORDER BY created_at, id', [
    personId,
  ]);
  return rows.map((row) => factorRows.require(row));
}

export function removal(row: SqlRow): Statement {
  return { sql: 'DELETE FROM second_factors WHERE id = ?', params: [String(row.id)], expect: 1 };
}
