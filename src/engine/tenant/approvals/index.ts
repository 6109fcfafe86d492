import {
  ApprovalAct,
  type ApprovalRequest,
  ConsoleError,
  type Permission,
  type Role,
  type tenantContract,
} from '../../../contract';
import { type Actor, actorOf, type Call, type Handlers } from '../../door';
import { type Approvals, createApprovals, isOver } from '../../mechanism/approvals';
import type { SqlRow, Statement } from '../../ports';
import type { RuntimeContext } from '../context';

const MOST_SHOWN = 100;

/** What somebody must hold to do the act; only they ask for a second person's word to it. */
const NEEDS: Readonly<Record<ApprovalAct, readonly Permission[]>> = {
  'tenant-delete': ['tenants.manage'],
  'decrypted-export': ['isolation.view', 'audit.view', 'users.manage'],
  'key-rotation': ['keys.manage'],
  'recovery-kit': ['keys.manage'],
  'break-glass': ['break-glass.use'],
  'approval-policy': ['access.manage'],
};

/** Acts that only an operator does: one account of the tenant that decides is enough for them. */
const OF_OPERATORS: readonly ApprovalAct[] = ['tenant-delete', 'key-rotation', 'recovery-kit', 'break-glass'];

/** People who can give their word, by their role or by a custom role; a service cannot prove anew who it is. */
const COUNT_DECIDERS = `SELECT count(*) AS count FROM users WHERE state = 'active' AND kind = 'person' AND (role = 'tenant-admin' OR EXISTS (
  SELECT 1 FROM custom_role_members JOIN custom_roles ON custom_roles.id = role_id
  JOIN json_each(custom_roles.permissions) AS held ON held.value = 'approvals.decide' WHERE user_id = users.id))`;

/** Takes the word of a second person for an act of a call, where the tenant demands one. */
export interface Consents {
  /**
   * The statements belong into the transaction of the act; its events name the request.
   * @throws ConsoleError APPROVAL_REQUIRED saying where it stands
   */
  consent(act: ApprovalAct, call: Call): Promise<readonly Statement[]>;
}

export interface ApprovalsService extends Approvals, Consents {
  readonly handlers: Handlers<(typeof tenantContract)['approvals']>;
}

/**
 * What takes the word of a second person in this tenant, and their giving it.
 * @param onDemands tells the installation what the tenant demands of it from now on
 */
export function createTenantApprovals(
  context: RuntimeContext,
  onDemands: (acts: readonly ApprovalAct[]) => Promise<void>,
): ApprovalsService {
  const { store, clock, newId, names } = context;
  const approvals = createApprovals(store, clock, newId);

  async function countDeciders(): Promise<number> {
    const [row] = await store.read(COUNT_DECIDERS);
    return Number(row?.count ?? 0);
  }

  async function shown(id: string, actor: Actor): Promise<ApprovalRequest> {
    const [row] = await store.read('SELECT * FROM approvals WHERE id = ?', [id]);
    if (!row) throw new ConsoleError('NOT_FOUND');
    return requestFrom(row, actor, await names.of(peopleOf(row)), clock.now());
  }

  function requireDeciders(acts: readonly ApprovalAct[], deciders: number): void {
    const others = acts.some((act) => !OF_OPERATORS.includes(act));
    if (acts.length === 0 || deciders >= (others ? 2 : 1)) return;
    throw new ConsoleError('CONFLICT', {
      reason:
        'Nobody else could give their word: first make a second account an administrator, or give it a role with approvals.decide.',
    });
  }

  /** To loosen the policy takes what the policy demands: otherwise one person could lift it first. */
  async function consentToLoosen(acts: readonly ApprovalAct[], hours: number, actor: Actor) {
    const before = await approvals.policy();
    const isLooser = before.acts.some((act) => !acts.includes(act)) || hours > before.hours;
    if (!isLooser) return { id: null, statements: [] as readonly Statement[] };
    return approvals.require('approval-policy', actor);
  }

  return {
    ...approvals,
    async consent(act, call) {
      const { id, statements } = await approvals.require(act, actorOf(call));
      call.actUnder({ approval: id });
      return statements;
    },
    handlers: {
      async policy() {
        return { ...(await approvals.policy()), deciders: await countDeciders() };
      },

      async setPolicy({ acts, hours }, call) {
        const actor = actorOf(call);
        const next = withPolicyItself(acts);
        const deciders = await countDeciders();
        requireDeciders(next, deciders);
        const before = await approvals.policy();
        const consent = await consentToLoosen(next, hours, actor);
        call.actUnder({ approval: consent.id });
        await store.write({
          statements: [...consent.statements, ...approvals.policyStatements(next, hours)],
          events: [
            call.event({
              detail: { acts: next.join(' '), hours },
              change: { before, after: { acts: next, hours } },
            }),
          ],
        });
        await onDemands(next);
        return { ...(await approvals.policy()), deciders };
      },

      async list(_input, call) {
        const actor = actorOf(call);
        const all = actor.permissions.has('approvals.decide') || actor.permissions.has('access.view');
        const rows = await store.read(
          'SELECT * FROM approvals WHERE ? = 1 OR requested_by = ? ORDER BY requested_at DESC, id DESC LIMIT ?',
          [all ? 1 : 0, actor.id, MOST_SHOWN],
        );
        const known = await names.of(rows.flatMap(peopleOf));
        return rows.map((row) => requestFrom(row, actor, known, clock.now()));
      },

      async request({ act, reason }, call) {
        const actor = actorOf(call);
        if (!NEEDS[act].some((permission) => actor.permissions.has(permission))) {
          throw new ConsoleError('NOT_ALLOWED', {
            reason: 'You may not do this, also with the word of somebody else.',
          });
        }
        const { id, rows } = await approvals.ask(act, reason, actor);
        await store.write({ rows: [rows], events: [call.event({ target: id, detail: { act } })] });
        return shown(id, actor);
      },

      async decide({ id, approve }, call) {
        const actor = actorOf(call);
        const statement = await approvals.decision(id, approve, actor);
        await store.write({
          statements: [statement],
          events: [call.event({ target: id, outcome: approve ? 'done' : 'refused', detail: { approve } })],
        });
        return shown(id, actor);
      },
    },
  };
}

/** Where the people of the tenant are bound, none of them may lift that alone. */
function withPolicyItself(acts: readonly ApprovalAct[]): ApprovalAct[] {
  const bindsMembers = acts.some((act) => !OF_OPERATORS.includes(act));
  return [...new Set(bindsMembers ? [...acts, 'approval-policy' as const] : acts)];
}

function peopleOf({ requested_by, decided_by }: SqlRow): string[] {
  return decided_by === null ? [String(requested_by)] : [String(requested_by), String(decided_by)];
}

function requestFrom(
  row: SqlRow,
  actor: Actor,
  nameOf: (id: string) => string,
  now: number,
): ApprovalRequest {
  const over = isOver(row, now);
  const open = row.state === 'pending' || row.state === 'approved';
  const person = (id: string) => ({ id, name: nameOf(id) });
  return {
    id: String(row.id),
    act: ApprovalAct.parse(row.act),
    reason: String(row.reason),
    state: open && over ? 'expired' : (row.state as ApprovalRequest['state']),
    requestedBy: { ...person(String(row.requested_by)), role: row.requested_role as Role },
    requestedAt: Number(row.requested_at),
    expiresAt: Number(row.expires_at),
    decidedBy: row.decided_by === null ? null : person(String(row.decided_by)),
    decidedAt: row.decided_at === null ? null : Number(row.decided_at),
    mine:
      row.state === 'pending' &&
      !over &&
      row.requested_by !== actor.id &&
      actor.permissions.has('approvals.decide'),
  };
}
