import { z } from 'zod';
import { TenantRole } from '../permissions';
import { change, procedure, view } from '../procedure';
import { Id, Timestamp, Title } from '../values';
import { AssignablePermission } from './access';
import { OwnLimits } from './limits';

/** A key with which a program calls the tenant in the name of a person or of a service account. */
export const ApiKey = z.object({
  id: Id,
  name: Title,
  /** How the key begins, to be recognised by. */
  prefix: z.string(),
  owner: z.object({ id: Id, kind: z.enum(['person', 'service']), name: z.string() }),
  scopes: z.array(z.string()),
  /** What it has of its own; the rest is as the tenant lets its keys do. */
  limits: OwnLimits,
  createdAt: Timestamp,
  expiresAt: Timestamp,
  lastUsedAt: Timestamp.nullable(),
  revokedAt: Timestamp.nullable(),
  revokeReason: z.string().nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** An account of a program. Nobody signs in to it; it is used by its keys. */
export const ServiceAccount = z.object({
  id: Id,
  name: Title,
  role: TenantRole,
  state: z.enum(['active', 'disabled']),
  createdAt: Timestamp,
});
export type ServiceAccount = z.infer<typeof ServiceAccount>;

const KeyWishes = z.object({
  name: Title,
  /** What the key may do, never more than its owner may at the time of a call. */
  scopes: z.array(AssignablePermission).min(1).max(40),
  expiresInDays: z.number().int().min(1).max(366),
  /** The most it may ask for; left out, as the tenant lets its keys do. */
  limits: OwnLimits.optional(),
});
export type KeyWishes = z.infer<typeof KeyWishes>;

/** A new key. It is shown once. */
export const NewApiKey = z.object({ key: ApiKey, secret: z.string() });
export type NewApiKey = z.infer<typeof NewApiKey>;

export const apiKeys = {
  list: procedure({
    summary: 'One’s own API keys',
    permission: 'session',
    audit: view('api-keys.listed'),
    input: z.object({}),
    output: z.array(ApiKey),
  }),
  create: procedure({
    summary: 'Make an API key of one’s own; it is shown once',
    permission: 'session',
    stepUp: true,
    audit: change('api-key.created'),
    answerIsSecret: true,
    input: KeyWishes,
    output: NewApiKey,
  }),
  revoke: procedure({
    summary: 'Revoke one of one’s own API keys',
    permission: 'session',
    audit: change('api-key.revoked'),
    input: z.object({ id: Id, reason: Title }),
    output: z.object({}),
  }),
  listAll: procedure({
    summary: 'The API keys of everybody',
    permission: 'users.manage',
    audit: view('api-keys.all-listed'),
    input: z.object({}),
    output: z.array(ApiKey),
  }),
  revokeAny: procedure({
    summary: 'Revoke the API key of anybody, with a reason',
    permission: 'users.manage',
    audit: change('api-key.revoked'),
    input: z.object({ id: Id, reason: Title }),
    output: z.object({}),
  }),
  setLimits: procedure({
    summary: 'Change how much an API key may ask for',
    permission: 'users.manage',
    audit: change('api-key.limits-changed'),
    input: z.object({ id: Id, limits: OwnLimits }),
    output: ApiKey,
  }),
  services: procedure({
    summary: 'The service accounts of the tenant',
    permission: 'users.manage',
    audit: view('service-accounts.listed'),
    input: z.object({}),
    output: z.array(ServiceAccount),
  }),
  addService: procedure({
    summary: 'Add a service account',
    permission: 'users.manage',
    stepUp: true,
    audit: change('service-account.added'),
    input: z.object({ name: Title, role: TenantRole }),
    output: ServiceAccount,
  }),
  disableService: procedure({
    summary: 'Disable a service account; its keys open nothing from then on',
    permission: 'users.manage',
    stepUp: true,
    audit: change('service-account.disabled'),
    input: z.object({ id: Id, reason: Title }),
    output: ServiceAccount,
  }),
  createForService: procedure({
    summary: 'Make an API key of a service account; it is shown once',
    permission: 'users.manage',
    stepUp: true,
    audit: change('api-key.created'),
    answerIsSecret: true,
    input: KeyWishes.extend({ serviceId: Id }),
    output: NewApiKey,
  }),
};
