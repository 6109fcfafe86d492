export { attemptRow, readAttempts } from './attempts';
export { type Conditions, conditions } from './conditions';
export { type AuditEventRow, readAuditEvents } from './events';
