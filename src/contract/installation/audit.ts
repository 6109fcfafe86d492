import { z } from 'zod';
import { change, procedure } from '../procedure';
import { auditKeepingProcedures, auditProcedures } from '../tenant/audit';
import { Id } from '../values';

/** The installation's own audit chain, for those who run it. */
export const audit = {
  ...auditProcedures('installation.manage'),
  ...auditKeepingProcedures('installation.manage', 'installation.manage'),
  acceptOlder: procedure({
    summary:
      'Let a tenant open although its database ends before its newest kept checkpoint: it was put back on purpose',
    permission: 'tenants.manage',
    audit: change('audit.older-accepted'),
    stepUp: true,
    input: z.object({ id: Id, reason: z.string().trim().min(3).max(300) }),
    output: z.object({}),
  }),
};
