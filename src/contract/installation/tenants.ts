import { z } from 'zod';
import { ModelId } from '../models';
import { change, procedure, subscription, view } from '../procedure';
import { Residency } from '../residency';
import { SignedStatement } from '../statements';
import { Domain, EmailAddress, Id, Money, Page, Password, SortDirection, Timestamp, Title } from '../values';
import { PlanId } from './plans';

/** Where a tenant stands in its life. */
export const TenantState = z.enum(['provisioning', 'active', 'suspended', 'deleting']);
export type TenantState = z.infer<typeof TenantState>;

/**
 * How a tenant is, apart from where it stands. `idle` was not opened since the start, so that nothing is known
 * against it; `unknown` could not be opened, for a reason outside it.
 */
export const TenantHealth = z.enum([
  'healthy',
  'idle',
  'read-only',
  'quarantined',
  /** Its database ends before what was signed: an older one was put in its place. */
  'older-state',
  'key-missing',
  'unknown',
]);
export type TenantHealth = z.infer<typeof TenantHealth>;

/** What was really provisioned for a tenant: the specification's `TenantEnvironment`. */
export const TenantEnvironment = z.object({
  tenantId: Id,
  namespace: z.string(),
  database: z.object({
    engine: z.string(),
    file: z.string(),
    cipher: z.string(),
    keyFingerprint: z.string(),
    keyCreatedAt: Timestamp,
    schemaVersion: z.number().int(),
    sizeBytes: z.number().int(),
  }),
  storage: z.object({
    folder: z.string(),
    cipher: z.string(),
    usedBytes: z.number().int(),
    quotaBytes: z.number().int(),
  }),
  compute: z.object({
    host: z.string(),
    concurrentRequests: z.number().int(),
    open: z.boolean(),
  }),
  network: z.object({
    residency: Residency,
    airGap: z.boolean(),
    destinations: z.array(z.string()),
  }),
  monitoring: z.object({
    health: TenantHealth,
    checkedAt: Timestamp,
    auditEvents: z.number().int(),
    egressAttempts: z.number().int(),
  }),
});
export type TenantEnvironment = z.infer<typeof TenantEnvironment>;

export const Tenant = z.object({
  id: Id,
  name: Title,
  domain: Domain,
  plan: PlanId,
  residency: Residency,
  model: ModelId,
  state: TenantState,
  health: TenantHealth,
  /** Rises with each change; an update names the revision it saw. */
  revision: z.number().int(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Tenant = z.infer<typeof Tenant>;

/** How many days the course of a tenant's queries reaches back. */
export const TREND_DAYS = 14;

/** A tenant with the day's roll-up of numbers, for the list. */
export const TenantSummary = Tenant.extend({
  queries24h: z.number().int(),
  tokens24h: z.number().int(),
  cost24h: Money,
  errors24h: z.number().int(),
  /** Queries of each of the last `TREND_DAYS` days, oldest first. */
  trend: z.array(z.number().int()),
  lastActivityAt: Timestamp.nullable(),
});
export type TenantSummary = z.infer<typeof TenantSummary>;

export const CreateTenant = z.object({
  name: Title,
  domain: Domain,
  plan: PlanId,
  residency: Residency,
  model: ModelId,
  administrator: z.object({ name: Title, email: EmailAddress, password: Password }),
});
export type CreateTenant = z.infer<typeof CreateTenant>;

/** The steps of creating or deleting a tenant or of rotating its key, as the journal holds them. */
export const LifecycleProgress = z.object({
  tenantId: Id,
  operation: z.enum(['create', 'delete', 'rotate-key']),
  steps: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      state: z.enum(['waiting', 'running', 'done', 'failed', 'undone']),
      milliseconds: z.number().nullable(),
      /** Which share of it is done, 0 to 1, where that is known. */
      share: z.number().nullable(),
    }),
  ),
  outcome: z.enum(['running', 'done', 'failed', 'cancelled']),
  problem: z.string().nullable(),
  /** How long writers stood still for the switch of a rotation, in milliseconds. */
  pauseMs: z.number().nullable(),
});
export type LifecycleProgress = z.infer<typeof LifecycleProgress>;

/** What a deletion removed. */
export const DeletionRecord = z.object({
  tenantId: Id,
  name: Title,
  deletedAt: Timestamp,
  keyDestroyed: z.boolean(),
  filesRemoved: z.number().int(),
  bytesRemoved: z.number().int(),
  /** To be kept by whoever must prove it. */
  certificate: SignedStatement,
});
export type DeletionRecord = z.infer<typeof DeletionRecord>;

export const tenants = {
  list: procedure({
    summary: 'All tenants, with search',
    permission: 'tenants.manage',
    audit: view('tenants.listed'),
    input: Page.extend({
      search: z.string().trim().max(120).default(''),
      state: TenantState.nullable().default(null),
      sort: z.enum(['name', 'created', 'queries', 'cost']).default('name'),
      /** When it is missing: names from A to Z, the rest from the newest and the most. */
      direction: SortDirection.optional(),
    }),
    output: z.object({
      tenants: z.array(TenantSummary),
      total: z.number().int(),
      next: z.string().nullable(),
    }),
  }),
  read: procedure({
    summary: 'One tenant',
    permission: 'tenants.manage',
    audit: view('tenant.viewed'),
    input: z.object({ id: Id }),
    output: Tenant,
  }),
  environment: procedure({
    summary: 'What was provisioned for a tenant',
    permission: 'tenants.manage',
    audit: view('tenant.environment-viewed'),
    input: z.object({ id: Id }),
    output: TenantEnvironment,
  }),
  create: procedure({
    summary: 'Create a tenant; the work goes on in a journal',
    permission: 'tenants.manage',
    audit: change('tenant.created'),
    input: CreateTenant,
    output: z.object({ id: Id }),
  }),
  progress: subscription({
    summary: 'The steps of creating or deleting a tenant or of rotating its key, as they happen',
    permission: 'tenants.manage',
    audit: view('tenant.progress-viewed'),
    input: z.object({ id: Id }),
    output: LifecycleProgress,
  }),
  update: procedure({
    summary: 'Change name, domain, plan or residency of a tenant',
    permission: 'tenants.manage',
    audit: change('tenant.updated'),
    input: z.object({
      id: Id,
      revision: z.number().int(),
      name: Title.optional(),
      domain: Domain.optional(),
      plan: PlanId.optional(),
      residency: Residency.optional(),
      model: ModelId.optional(),
    }),
    output: Tenant,
  }),
  suspend: procedure({
    summary: 'Suspend a tenant: nobody signs in, nothing runs, its key leaves the engine',
    permission: 'tenants.manage',
    audit: change('tenant.suspended'),
    input: z.object({ id: Id, reason: z.string().trim().min(1).max(500) }),
    output: Tenant,
  }),
  resume: procedure({
    summary: 'Resume a suspended tenant',
    permission: 'tenants.manage',
    audit: change('tenant.resumed'),
    input: z.object({ id: Id }),
    output: Tenant,
  }),
  check: procedure({
    summary: 'Check the database of a quarantined tenant; one that is sound opens again',
    permission: 'tenants.manage',
    audit: change('tenant.checked'),
    onReserve: true,
    input: z.object({ id: Id }),
    output: z.object({
      tenant: Tenant,
      /** What the check complained of, at most 20; empty when the database is sound. */
      problems: z.array(z.string()),
    }),
  }),
  delete: procedure({
    summary: 'Delete a tenant: its key is destroyed and its files are removed',
    permission: 'tenants.manage',
    stepUp: true,
    audit: change('tenant.deleted'),
    onReserve: true,
    input: z.object({ id: Id, confirmName: z.string().max(200) }),
    output: DeletionRecord,
  }),
};
