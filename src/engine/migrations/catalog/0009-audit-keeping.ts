import { AUDIT_PRUNING_SCHEMA, AUDIT_STREAM_SCHEMA } from '../../mechanism/audit';
import type { Migration } from '../../mechanism/store';

/** The installation's chain may be pruned and streamed too. */
export const auditKeeping: Migration = {
  version: 9,
  name: 'audit keeping',
  statements: [...AUDIT_PRUNING_SCHEMA, ...AUDIT_STREAM_SCHEMA],
};
