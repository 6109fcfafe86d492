import {
  type AccessExplanation,
  type AccessReason,
  type AccountAccess,
  type Action,
  type ApprovalAct,
  ConsoleError,
  contract,
  isGranted,
  type Permission,
  type ProcedureMeta,
  type Role,
} from '../../../contract';
import { listProcedures } from '../../door';

type Known = Action & Pick<ProcedureMeta, 'stepUp' | 'audit'>;

/** Every procedure of the contract, by its dotted name. */
const ACTIONS: ReadonlyMap<string, Known> = new Map(
  listProcedures(contract).map(([name, procedure]) => {
    const { summary, permission, stepUp, audit } = procedure['~orpc'].meta as ProcedureMeta;
    return [name, { name, summary, permission, stepUp, audit }];
  }),
);

/** All that can be done, in the order of the contract. */
export function listActions(): Action[] {
  return [...ACTIONS.values()].map(shown);
}

function shown({ name, summary, permission }: Known): Action {
  return { name, summary, permission };
}

/** Somebody whose access is explained: an account with the custom roles it has, or an operator. */
export interface Asked {
  readonly account: AccountAccess | null;
  readonly customRoles: readonly { readonly name: string; readonly permissions: readonly Permission[] }[];
  readonly storeTakesWrites: boolean;
  /** What besides a permission decides about this action: a policy, a grant. */
  readonly besides: readonly AccessReason[];
}

/** The actions that a tenant may put under a second person. */
const ACTS: Readonly<Record<string, ApprovalAct>> = {
  'installation.tenants.delete': 'tenant-delete',
  'installation.keys.rotate': 'key-rotation',
  'installation.keys.makeKit': 'recovery-kit',
  'tenant.audit.exportEvents': 'decrypted-export',
  'tenant.audit.export': 'decrypted-export',
  'tenant.audit.segment': 'decrypted-export',
  'tenant.isolation.exportLedger': 'decrypted-export',
  'tenant.people.exportList': 'decrypted-export',
  'tenant.breakGlass.begin': 'break-glass',
  'tenant.approvals.setPolicy': 'approval-policy',
};

const UNDER_A_GRANT = [
  'tenant.breakGlass.conversations',
  'tenant.breakGlass.read',
  'tenant.breakGlass.administrators',
  'tenant.breakGlass.recoverAdministrator',
];

/** What besides a permission decides about an action: the policy of the tenant, a break-glass grant. */
export function besidesOf(action: string, policy: readonly ApprovalAct[]): AccessReason[] {
  const act = ACTS[action];
  if (UNDER_A_GRANT.includes(action)) {
    return [
      {
        kind: 'break-glass',
        effect: 'demands',
        text: 'It takes a break-glass grant that is in force, and leaves an event with its id.',
      },
    ];
  }
  if (!act) return [];
  const demanded = policy.includes(act);
  return [
    {
      kind: 'policy',
      effect: demanded ? 'demands' : 'neutral',
      text: demanded
        ? 'The tenant demands that somebody else has given their word to it.'
        : 'The tenant does not demand a second person for it.',
    },
  ];
}

const WORDS: Readonly<Record<Role, string>> = {
  operator: 'operator',
  'tenant-admin': 'tenant administrator',
  user: 'user',
  guest: 'guest',
};

/**
 * Says what decides whether somebody may do something, each with its effect: the same rules as the door's, in the
 * same order.
 * @throws ConsoleError NOT_FOUND when there is no such action
 */
export function explain(name: string, asked: Asked): AccessExplanation {
  const action = ACTIONS.get(name);
  if (!action) throw new ConsoleError('NOT_FOUND', { reason: 'There is no such action.' });
  const role = asked.account?.role ?? 'operator';
  const reasons = [
    ...ofAccount(asked.account),
    ...ofPlace(action, asked.account),
    ...ofRole(action.permission, role),
    ...ofCustomRoles(action.permission, asked),
    ...ofTenant(action, asked),
    ...asked.besides,
    ...ofStepUp(action),
  ];
  const granted = reasons.some(({ effect }) => effect === 'grants');
  const refused = reasons.some(({ effect }) => effect === 'refuses');
  return { allowed: granted && !refused, action: shown(action), role, reasons };
}

function ofAccount(account: AccountAccess | null): AccessReason[] {
  if (account === null || account.state === 'active') return [];
  const text =
    account.state === 'invited'
      ? 'The person was invited and has not set a password yet: there is no session.'
      : 'The account is disabled: it has no session.';
  return [{ kind: 'account', effect: 'refuses', text }];
}

function ofPlace({ name, permission }: Known, account: AccountAccess | null): AccessReason[] {
  if (account === null || permission === 'public' || !name.startsWith('installation.')) return [];
  return [
    {
      kind: 'account',
      effect: 'refuses',
      text: 'This is an action of the installation, and an account of a tenant has no session there.',
    },
  ];
}

function ofRole(permission: Permission, role: Role): AccessReason[] {
  if (permission === 'public')
    return [{ kind: 'role', effect: 'grants', text: 'Anybody may do this, also without a session.' }];
  if (permission === 'session')
    return [{ kind: 'role', effect: 'grants', text: 'Whoever is signed in may do this.' }];
  const holds = isGranted(role, permission);
  return [
    {
      kind: 'role',
      effect: holds ? 'grants' : 'neutral',
      text: `It takes the permission ${permission}. The role ${WORDS[role]} ${holds ? 'holds it' : 'does not hold it'}.`,
    },
  ];
}

function ofCustomRoles(permission: Permission, { customRoles }: Asked): AccessReason[] {
  return customRoles.map(({ name, permissions }) => {
    const holds = permissions.includes(permission);
    return {
      kind: 'custom-role',
      effect: holds ? 'grants' : 'neutral',
      text: `The custom role “${name}” ${holds ? 'holds it' : 'does not hold it'}.`,
    };
  });
}

/** What is asked here is asked of a tenant that is active: a suspended one answers nobody. */
function ofTenant(action: Known, { storeTakesWrites }: Asked): AccessReason[] {
  if (!action.name.startsWith('tenant.')) return [];
  if (storeTakesWrites || action.audit.kind === 'view')
    return [{ kind: 'tenant', effect: 'neutral', text: 'The tenant is active.' }];
  return [
    { kind: 'tenant', effect: 'refuses', text: 'The disk takes no writes now, so nothing can be changed.' },
  ];
}

function ofStepUp({ stepUp }: Known): AccessReason[] {
  if (!stepUp) return [];
  return [
    { kind: 'step-up', effect: 'demands', text: 'The password or a code must be given again before it.' },
  ];
}
