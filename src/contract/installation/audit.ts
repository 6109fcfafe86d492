import { auditProcedures } from '../tenant/audit';

/** The installation's own audit chain, for those who run it. */
export const audit = auditProcedures('installation.manage');
