export { AuditPage, InstallationAuditPage } from './AuditPage';
