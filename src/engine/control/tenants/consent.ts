import { type ApprovalAct, ConsoleError } from '../../../contract';
import { actorOf, type Call } from '../../door';
import type { Demands } from './demands';
import type { TenantPool } from './pool';
import type { TenantRecord } from './records';

/**
 * Uses up the word of a second person where a tenant demands one for what an operator is about to do with it. To be
 * called before the act; what is used is used, also when the act then fails.
 * @throws ConsoleError APPROVAL_REQUIRED, also when the tenant is shut and so cannot be asked
 */
export async function requireConsent(
  { pool, demands }: { readonly pool: TenantPool; readonly demands: Demands },
  record: TenantRecord,
  act: ApprovalAct,
  call: Call,
): Promise<void> {
  const { id, role } = actorOf(call);
  const { at } = call.event();
  const use = { at, doer: call.by(), procedure: call.procedure };
  try {
    const approval = await pool.use(record, (runtime) => runtime.useApproval(act, { id, role }, use));
    call.actUnder({ approval });
  } catch (problem) {
    const code = problem instanceof ConsoleError ? problem.code : null;
    if (code === 'APPROVAL_REQUIRED' || code === null) throw problem;
    if (!demands.of(record.id).includes(act)) return;
    throw new ConsoleError(
      'APPROVAL_REQUIRED',
      {
        reason:
          'The tenant demands it and is shut, so that nobody there can give their word. Open it again first.',
      },
      problem,
    );
  }
}
