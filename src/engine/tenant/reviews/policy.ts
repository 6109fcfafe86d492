import { ConsoleError, DEFAULT_REVIEW_POLICY, ReviewPolicy } from '../../../contract';
import type { AuditDraft } from '../../mechanism/chain';
import { StoreError } from '../../ports';
import type { RuntimeContext } from '../context';

const NAME = 'access-reviews';

type Kept = ReviewPolicy & { readonly revision: number };

/** How often the tenant reviews access. */
export async function readReviewPolicy({ store }: Pick<RuntimeContext, 'store'>): Promise<Kept> {
  const [row] = await store.read('SELECT value, revision FROM policies WHERE name = ?', [NAME]);
  if (!row) return { ...DEFAULT_REVIEW_POLICY, revision: 0 };
  return { ...ReviewPolicy.parse(JSON.parse(String(row.value))), revision: Number(row.revision) };
}

/** @throws ConsoleError CONFLICT when another revision than the one that was seen is in force */
export async function keepReviewPolicy(
  { store, clock }: Pick<RuntimeContext, 'store' | 'clock'>,
  { intervalDays, dueDays, revision }: Kept,
  event: AuditDraft,
): Promise<void> {
  const value = JSON.stringify({ intervalDays, dueDays });
  const now = clock.now();
  const first = 'INSERT INTO policies (name, value, revision, changed_at) VALUES (?, ?, 1, ?)';
  const next =
    'UPDATE policies SET value = ?, revision = revision + 1, changed_at = ? WHERE name = ? AND revision = ?';
  const statement =
    revision === 0
      ? { sql: first, params: [NAME, value, now], expect: 1 }
      : { sql: next, params: [value, now, NAME, revision], expect: 1 };
  try {
    await store.write({ statements: [statement], events: [event] });
  } catch (problem) {
    if (problem instanceof StoreError && (problem.problem === 'guard' || problem.problem === 'constraint'))
      throw new ConsoleError('CONFLICT', {}, problem);
    throw problem;
  }
}
