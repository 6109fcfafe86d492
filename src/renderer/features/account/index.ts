export { AccountPage } from './AccountPage';
export { AllSessions } from './AllSessions';
export { accountsOfTenant, operatorAccounts } from './accountApi';
export { IdleLock } from './IdleLock';
export { PolicySection } from './PolicySection';
export { StepUpDialog } from './StepUpDialog';
export { UnfinishedSignIn } from './UnfinishedSignIn';
export { VouchingBanner } from './VouchingBanner';
