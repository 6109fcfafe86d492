export { attemptEvent, attemptRow, ownAttemptRow, readAttempts } from './attempts';
export { type Conditions, conditions } from './conditions';
export { type AuditEventRow, readAuditEvents } from './events';
