export { exportChain } from './exporting';
export { type CheckpointKeep, createCheckpointKeep } from './keep';
export { auditSigningKey } from './key';
export { type KeepSegment, readSegments, readSignedHead } from './prune';
export { type ReadRows, readCheckpoints } from './rows';
export { AUDIT_PRUNING_SCHEMA, AUDIT_TRAIL_SCHEMA } from './schema';
export { type AuditService, createAuditService } from './service';
export { AuditTrail } from './trail';
export { type LiveChain, verifyLive } from './verify';
