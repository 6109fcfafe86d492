export { LifecycleSteps } from './LifecycleSteps';
export { TenantActions } from './TenantActions';
export { TenantStanding } from './TenantStanding';
export { useTenantChanged } from './useTenantChanged';
