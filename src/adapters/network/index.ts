export { GuardError, type GuardOptions, type GuardRefusal, installNetworkGuard } from './guard';
export { createNetwork, type NetworkOptions } from './network';
