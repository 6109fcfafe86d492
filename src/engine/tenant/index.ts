export type { Entitlements } from './context';
export type { NewUser } from './identity';
export type { FetchFor, ModelDirectory, OpenModel } from './models';
export { openRuntime, type RuntimeHandle, type RuntimeParts, type SiteNetwork } from './openRuntime';
export { provisionTenant } from './provision';
export type { HourRow } from './usage/hours';
