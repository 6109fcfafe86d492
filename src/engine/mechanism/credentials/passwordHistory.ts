import type { Statement } from '../../ports';
import { historyRule, weakPassword } from '../passwords';
import { bulkInsert, type Rows, type Store } from '../store';
import type { Account, CredentialParts } from './parts';

const INSERT = bulkInsert('password_history', ['person_id', 'changed_at', 'password']);

/** The row of a password that is put into place, for the write that does it. */
export function passwordRow(personId: string, phc: string, now: number): Rows {
  return { into: INSERT, rows: [[personId, now, phc]] };
}

/** Puts another hash of the same password into its place among the earlier ones, so that it is not counted twice. */
export function renewedInHistory({ id, password }: Pick<Account, 'id' | 'password'>, phc: string): Statement {
  const sql = 'UPDATE password_history SET password = ? WHERE person_id = ? AND password = ?';
  return { sql, params: [phc, id, password] };
}

/** When the present password was put into place. */
export async function ageOf(store: Store, { id, createdAt }: Account): Promise<number> {
  const sql = 'SELECT max(changed_at) AS changed_at FROM password_history WHERE person_id = ?';
  const [row] = await store.read(sql, [id]);
  return Number(row?.changed_at ?? createdAt);
}

/** @throws ConsoleError WEAK_PASSWORD when it is the present password or one of the last ones that the policy names */
export async function requireUnused(
  { store, hasher, policy }: Pick<CredentialParts, 'store' | 'hasher' | 'policy'>,
  account: Pick<Account, 'id' | 'password'>,
  next: string,
  path = 'next',
): Promise<void> {
  const rule = policy.current().password;
  if (rule.history === 0) return;
  const rows = await store.read(
    'SELECT password FROM password_history WHERE person_id = ? ORDER BY changed_at DESC LIMIT ?',
    [account.id, rule.history],
  );
  const earlier = new Set([account.password, ...rows.map(({ password }) => String(password))]);
  for (const phc of [...earlier].slice(0, rule.history)) {
    if (await hasher.verify(next, phc)) throw weakPassword(historyRule(rule), path);
  }
}
