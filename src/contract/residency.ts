import { z } from 'zod';
import { Span } from './values';

/** Where a tenant's words may be processed. */
export const ResidencyMode = z.enum(['local-only', 'region-bound', 'cloud-allowed']);
export type ResidencyMode = z.infer<typeof ResidencyMode>;

/** A region as an operator declares it for an endpoint, such as `eu-de` or `on-premises`. */
export const Region = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9-]{2,40}$/);

/** The residency policy of a tenant. `regions` decides only when the mode is `region-bound`. */
export const Residency = z
  .object({ mode: ResidencyMode, regions: z.array(Region).max(20) })
  .refine((value) => value.mode !== 'region-bound' || value.regions.length > 0, {
    message: 'a region-bound tenant names at least one region',
    path: ['regions'],
  });
export type Residency = z.infer<typeof Residency>;

/** What a declared host may be used for. */
export const HostPurpose = z.enum(['model', 'directory', 'mail', 'archive']);
export type HostPurpose = z.infer<typeof HostPurpose>;

/** Where a model runs: in this building, or at somebody else's in a region. */
export const Place = z.object({
  kind: z.enum(['this-machine', 'this-site', 'cloud']),
  region: z.string().nullable(),
});
export type Place = z.infer<typeof Place>;

/** One attempt to open a connection, allowed or not. */
export const EgressAttempt = z.object({
  id: z.string(),
  at: z.number(),
  host: z.string(),
  port: z.number().int(),
  purpose: z.string(),
  decision: z.enum(['allowed', 'refused']),
  /** The rule that decided, in words. */
  rule: z.string(),
  /** Where what would be sent is processed; `null` where the ledger does not hold it. */
  place: Place.nullable(),
  /** The model that the connection is for; `null` when it is for none, or the ledger does not hold it. */
  model: z.string().nullable(),
});
export type EgressAttempt = z.infer<typeof EgressAttempt>;

/** Which attempts; an empty text and `null` leave all. */
export const LedgerFilter = Span.extend({
  decision: EgressAttempt.shape.decision.nullable().default(null),
  /** A part of the host's name. */
  host: z.string().trim().toLowerCase().max(253).default(''),
});
export type LedgerFilter = z.infer<typeof LedgerFilter>;
