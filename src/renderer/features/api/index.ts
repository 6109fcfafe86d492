export { ApiSection } from './ApiSection';
export { TenantHostsSection } from './TenantHostsSection';
export { WebConsoleSection } from './WebConsoleSection';
