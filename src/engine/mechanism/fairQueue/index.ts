export { createFairQueue, type Enter, type FairQueue, type Flow, type QueueLoad } from './fairQueue';
