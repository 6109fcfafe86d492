import { AUDIT_PRUNING_SCHEMA } from '../../mechanism/audit';
import type { Migration } from '../../mechanism/store';

/** Old audit events may go by policy, and leave a signed head behind. */
export const auditPruning: Migration = {
  version: 10,
  name: 'audit pruning',
  statements: AUDIT_PRUNING_SCHEMA,
};
