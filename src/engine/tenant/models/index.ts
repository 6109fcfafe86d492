export { costOf } from './cost';
export type { FetchFor, ModelDirectory, ModelTurns, OpenModel } from './directory';
export { type Candidate, type PassedOver, planRoute, type Route, refusalOf } from './route';
