export { EnterSheets, sheetsIn } from './EnterSheets';
export { FieldKeysSection } from './FieldKeysSection';
export { FileKeysSection } from './FileKeysSection';
export { KeysPage } from './KeysPage';
export { QrCode } from './QrCode';
export { ResidencySection } from './ResidencySection';
export { saveStatement } from './saveStatement';
export { TenantKeySection } from './TenantKeySection';
export { TenantTokenKeys } from './TokenKeysSection';
