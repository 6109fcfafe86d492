export { EnterSheets, sheetsIn } from './EnterSheets';
export { KeysPage } from './KeysPage';
export { TenantKeySection } from './TenantKeySection';
