export * from './checkpoint';
export * from './event';
export * from './file';
export { AuditFileVerifier, type FileVerdict } from './fileVerifier';
export * from './merkle';
export { ocsfEvent } from './ocsf';
export { syslogFrame } from './syslog';
export { type AuditFault, type AuditVerdict, AuditVerifier, faultWords } from './verifier';
export { ChainWalk, verifyChain } from './walk';
