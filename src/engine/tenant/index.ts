export type { Entitlements, SiteNetwork } from './context';
export { type NewUser, readPasswordHash } from './identity';
export { KEY_CHANGE_PROBES, type RuntimeKeys } from './keys';
export type { FetchFor, ModelDirectory, ModelTurns, OpenModel } from './models';
export { openRuntime, type RuntimeHandle, type RuntimeParts } from './openRuntime';
export { provisionTenant } from './provision';
export type { HourRow } from './usage/hours';
