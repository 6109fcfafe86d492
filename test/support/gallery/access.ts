import {
  type AccountAccess,
  type ApprovalRequest,
  type BreakGlassGrant,
  type CustomRole,
  contract,
  GRANTS,
  type ProcedureMeta,
} from '../../../src/contract';
import { listProcedures } from '../../../src/engine/door/procedures';
import { base, refuse } from './base';
import type { World } from './world';

const tenant = base.tenant;
const HOUR = 3_600_000;

function rolesOf(world: World): CustomRole[] {
  return [
    {
      id: world.newId(),
      name: 'Librarian',
      description: 'Keeps the documents of the claims department.',
      permissions: ['knowledge.manage', 'knowledge.read'],
      members: 1,
      updatedAt: world.now() - 40 * HOUR,
      revision: 1,
    },
    {
      id: world.newId(),
      name: 'Auditor',
      description: '',
      permissions: ['audit.view', 'isolation.view'],
      members: 0,
      updatedAt: world.now() - 400 * HOUR,
      revision: 3,
    },
  ];
}

function peopleOf(world: World, [librarian]: readonly CustomRole[]): AccountAccess[] {
  const account = (name: string, role: AccountAccess['role'], custom = false): AccountAccess => ({
    id: world.newId(),
    name,
    email: `${name.toLowerCase().replace(/\W+/g, '.')}@northgate.example`,
    kind: name === 'Claims import' ? 'service' : 'person',
    state: name === 'Pia Lund' ? 'disabled' : 'active',
    role,
    customRoles: custom && librarian ? [{ id: librarian.id, name: librarian.name }] : [],
    permissions: [...GRANTS[role]],
  });
  return [
    account('Ingrid Sorlie', 'tenant-admin'),
    account('Jonas Berg', 'user', true),
    account('Pia Lund', 'user'),
    account('Tomas Vik', 'guest'),
    account('Claims import', 'user'),
  ];
}

/** The answers of what is under Security: access, two persons, break-glass. */
export function accessRouter(world: World) {
  const roles = rolesOf(world);
  const people = peopleOf(world, roles);
  const [ingrid, jonas] = people;
  if (!ingrid || !jonas) throw new Error('the gallery lacks its people');
  const requests: ApprovalRequest[] = [
    {
      id: world.newId(),
      act: 'break-glass',
      reason: 'Case 4711: an answer that quotes another customer. We need to see the conversation.',
      state: 'pending',
      requestedBy: { id: world.newId(), name: 'Maren Holt', role: 'operator' },
      requestedAt: world.now() - HOUR / 4,
      expiresAt: world.now() + 23 * HOUR,
      decidedBy: null,
      decidedAt: null,
      mine: world.scenario.door !== 'operator',
    },
    {
      id: world.newId(),
      act: 'key-rotation',
      reason: 'Ninety days are over.',
      state: 'used',
      requestedBy: { id: world.newId(), name: 'Maren Holt', role: 'operator' },
      requestedAt: world.now() - 200 * HOUR,
      expiresAt: world.now() - 176 * HOUR,
      decidedBy: { id: ingrid.id, name: ingrid.name },
      decidedAt: world.now() - 199 * HOUR,
      mine: false,
    },
  ];
  const grant: BreakGlassGrant = {
    id: world.newId(),
    operator: { id: world.newId(), name: 'Maren Holt' },
    reason: 'Case 4698: a member asked why an answer named a competitor.',
    begunAt: world.now() - HOUR / 3,
    expiresAt: world.now() + HOUR / 6,
    endedAt: null,
    endedBy: null,
    active: true,
    views: 4,
  };
  const past: BreakGlassGrant = {
    ...grant,
    id: world.newId(),
    reason: 'Case 4420: a conversation that could not be opened.',
    begunAt: world.now() - 900 * HOUR,
    expiresAt: world.now() - 899 * HOUR,
    endedAt: world.now() - 899.6 * HOUR,
    endedBy: ingrid.name,
    active: false,
    views: 1,
  };
  const actions = listProcedures(contract).map(([name, procedure]) => {
    const { summary, permission } = procedure['~orpc'].meta as ProcedureMeta;
    return { name, summary, permission };
  });
  return {
    access: {
      roles: tenant.access.roles.handler(() => roles),
      people: tenant.access.people.handler(() => people),
      actions: tenant.access.actions.handler(() => actions),
      explain: tenant.access.explain.handler(({ input }) => {
        const action = actions.find(({ name }) => name === input.action);
        if (!action) throw refuse('NOT_FOUND');
        return {
          allowed: true,
          action,
          role: 'operator' as const,
          reasons: [
            {
              kind: 'role' as const,
              effect: 'grants' as const,
              text: `It takes the permission ${action.permission}. The role operator holds it.`,
            },
            { kind: 'tenant' as const, effect: 'neutral' as const, text: 'The tenant is active.' },
            {
              kind: 'step-up' as const,
              effect: 'demands' as const,
              text: 'The password or a code must be given again before it.',
            },
          ],
        };
      }),
    },
    approvals: {
      policy: tenant.approvals.policy.handler(() => ({
        acts: ['approval-policy' as const, 'break-glass' as const, 'tenant-delete' as const],
        hours: 24,
        deciders: 2,
      })),
      list: tenant.approvals.list.handler(() => requests),
    },
    breakGlass: {
      list: tenant.breakGlass.list.handler(() => [grant, past]),
      administrators: tenant.breakGlass.administrators.handler(() => [
        {
          id: ingrid.id,
          name: ingrid.name,
          email: ingrid.email,
          state: 'active' as const,
          origin: { kind: 'own' as const },
          hasSecondFactor: true,
          lastSignInAt: world.now() - 40 * HOUR,
        },
      ]),
      conversations: tenant.breakGlass.conversations.handler(() => ({ conversations: [], next: null })),
      current: tenant.breakGlass.current.handler(() => (world.scenario.failing === 'glass' ? [grant] : [])),
    },
  };
}
