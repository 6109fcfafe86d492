export { EnvironmentSection } from './EnvironmentSection';
export { TenantsPage } from './TenantsPage';
export { NewTenantPage } from './wizard/NewTenantPage';
