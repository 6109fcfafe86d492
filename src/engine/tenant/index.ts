export type { Entitlements } from './context';
export { type NewUser, readPasswordHash } from './identity';
export { KEY_CHANGE_PROBES, type RuntimeKeys } from './keys';
export type { FetchFor, ModelDirectory, OpenModel } from './models';
export { openRuntime, type RuntimeHandle, type RuntimeParts, type SiteNetwork } from './openRuntime';
export { provisionTenant } from './provision';
export type { HourRow } from './usage/hours';
