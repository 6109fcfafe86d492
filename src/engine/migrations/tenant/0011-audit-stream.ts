import { AUDIT_STREAM_SCHEMA } from '../../mechanism/audit';
import type { Migration } from '../../mechanism/store';

/** Where audit events are streamed to, and how far. */
export const auditStream: Migration = { version: 11, name: 'audit stream', statements: AUDIT_STREAM_SCHEMA };
