export type { Keyring } from './keyring';
export { type ConsoleOptions, launchConsole } from './launchConsole';
export type { OrdinaryUser } from './ordinaryUser';
export { until } from './processes';
export type { Programs } from './programs';
export { type Desktop, startDesktop } from './startDesktop';
