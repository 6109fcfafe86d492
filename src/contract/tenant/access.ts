import { z } from 'zod';
import { ASSIGNABLE, Permission, Role, TenantRole } from '../permissions';
import { change, procedure, view } from '../procedure';
import { Id, Timestamp, Title } from '../values';
import { AccountState } from './identity';

/** A permission that a custom role may hold: one of the tenant administrator's. */
export const AssignablePermission = Permission.refine((permission) => ASSIGNABLE.includes(permission), {
  message: 'is not one that a role of a tenant can hold',
});

const RoleWishes = z.object({
  name: Title,
  description: z.string().trim().max(300).default(''),
  permissions: z.array(AssignablePermission).min(1).max(ASSIGNABLE.length),
});

/** A role that a tenant has composed for itself. It adds to the role of an account and takes nothing from it. */
export const CustomRole = z.object({
  id: Id,
  name: Title,
  description: z.string(),
  permissions: z.array(Permission),
  /** How many accounts have it. */
  members: z.number().int(),
  updatedAt: Timestamp,
  /** Rises with each change; an update names the revision it saw. */
  revision: z.number().int(),
});
export type CustomRole = z.infer<typeof CustomRole>;

/** An account with everything that gives it permissions. */
export const AccountAccess = z.object({
  id: Id,
  name: Title,
  email: z.string(),
  /** A service has keys and no sign-in. */
  kind: z.enum(['person', 'service']),
  state: AccountState,
  role: TenantRole,
  customRoles: z.array(z.object({ id: Id, name: Title })),
  /** What all of it together allows. */
  permissions: z.array(Permission),
});
export type AccountAccess = z.infer<typeof AccountAccess>;

/** A procedure of the contract, as something that a person may want to do. */
export const Action = z.object({
  /** Its dotted name: `tenant.knowledge.add`. */
  name: z.string().max(120),
  summary: z.string(),
  permission: Permission,
});
export type Action = z.infer<typeof Action>;

/** One thing that was looked at to decide whether somebody may do something. */
export const AccessReason = z.object({
  kind: z.enum(['account', 'role', 'custom-role', 'tenant', 'policy', 'step-up', 'break-glass']),
  /** `grants` and `refuses` decide; `demands` is what must be done besides. */
  effect: z.enum(['grants', 'refuses', 'neutral', 'demands']),
  text: z.string(),
});
export type AccessReason = z.infer<typeof AccessReason>;

export const AccessExplanation = z.object({
  allowed: z.boolean(),
  action: Action,
  role: Role,
  reasons: z.array(AccessReason),
});
export type AccessExplanation = z.infer<typeof AccessExplanation>;

export const access = {
  roles: procedure({
    summary: 'The custom roles of the tenant',
    permission: 'access.view',
    audit: view('access.roles-listed'),
    input: z.object({}),
    output: z.array(CustomRole),
  }),
  createRole: procedure({
    summary: 'Compose a custom role',
    permission: 'access.manage',
    audit: change('access.role-created'),
    stepUp: true,
    input: RoleWishes,
    output: CustomRole,
  }),
  updateRole: procedure({
    summary: 'Change a custom role; whoever has it feels it at once',
    permission: 'access.manage',
    audit: change('access.role-updated'),
    stepUp: true,
    input: RoleWishes.extend({ id: Id, revision: z.number().int() }),
    output: CustomRole,
  }),
  removeRole: procedure({
    summary: 'Remove a custom role and take it from whoever has it',
    permission: 'access.manage',
    audit: change('access.role-removed'),
    stepUp: true,
    input: z.object({ id: Id }),
    output: z.object({}),
  }),
  people: procedure({
    summary: 'The accounts of the tenant and what each may do',
    permission: 'access.view',
    audit: view('access.people-listed'),
    input: z.object({}),
    output: z.array(AccountAccess),
  }),
  assign: procedure({
    summary: 'Give an account its role and its custom roles',
    permission: 'access.manage',
    audit: change('access.assigned'),
    stepUp: true,
    input: z.object({ id: Id, role: TenantRole, customRoles: z.array(Id).max(50) }),
    output: AccountAccess,
  }),
  actions: procedure({
    summary: 'Everything that can be done, with the permission it takes',
    permission: 'access.view',
    audit: view('access.actions-listed'),
    input: z.object({}),
    output: z.array(Action),
  }),
  explain: procedure({
    summary: 'Whether somebody may do something, and why',
    permission: 'access.view',
    audit: view('access.explained'),
    input: z.object({
      /** An account; `null` for an operator of the installation. */
      person: Id.nullable(),
      action: Action.shape.name,
    }),
    output: AccessExplanation,
  }),
};
