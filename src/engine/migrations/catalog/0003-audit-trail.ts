import { AUDIT_TRAIL_SCHEMA } from '../../mechanism/audit';
import type { Migration } from '../../mechanism/store';

/** Signed checkpoints over the installation's audit chain. */
export const auditTrail: Migration = { version: 3, name: 'audit trail', statements: AUDIT_TRAIL_SCHEMA };
