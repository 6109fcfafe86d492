import { z } from 'zod';
import { change, procedure, view } from '../procedure';
import { Id, Timestamp } from '../values';

/** When the database keys of tenants are rotated. */
export const KeyPolicy = z.object({
  /** Days after which a key is due. */
  rotationDays: z.number().int().min(1).max(3_650),
  /** Whether a key that is due is rotated by itself. */
  automatic: z.boolean(),
});
export type KeyPolicy = z.infer<typeof KeyPolicy>;

/** The key of a tenant's database, and whether something is to be done about it. */
export const TenantKeyState = z.object({
  tenantId: Id,
  name: z.string(),
  fingerprint: z.string().nullable(),
  createdAt: Timestamp.nullable(),
  dueAt: Timestamp.nullable(),
  due: z.boolean(),
  rotating: z.boolean(),
});
export type TenantKeyState = z.infer<typeof TenantKeyState>;

export const keys = {
  tenants: procedure({
    summary: 'The database key of each tenant, its age and when it is due',
    permission: 'keys.manage',
    audit: view('keys.viewed'),
    input: z.object({}),
    output: z.object({ policy: KeyPolicy, tenants: z.array(TenantKeyState) }),
  }),
  setPolicy: procedure({
    summary: 'Set after how many days a key is rotated, and whether by itself',
    permission: 'keys.manage',
    audit: change('key-policy.set'),
    stepUp: true,
    input: KeyPolicy,
    output: KeyPolicy,
  }),
  rotate: procedure({
    summary: 'Rotate the database key of a tenant; the work goes on in a journal',
    permission: 'keys.manage',
    audit: change('tenant-key.rotated'),
    stepUp: true,
    input: z.object({ id: Id }),
    output: z.object({ id: Id }),
  }),
  cancelRotation: procedure({
    summary: 'Cancel a rotation before the switch; the key stays as it is',
    permission: 'keys.manage',
    audit: change('tenant-key.rotation-cancelled'),
    input: z.object({ id: Id }),
    output: z.object({}),
  }),
};
