export { NetworkPage } from './NetworkPage';
export { useShowPolicy } from './useNetworkPolicy';
