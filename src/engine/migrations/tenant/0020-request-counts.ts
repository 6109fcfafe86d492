import { RATE_SCHEMA } from '../../mechanism/limiter';
import type { Migration } from '../../mechanism/store';

/** How many requests of programs were counted. */
export const requestCounts: Migration = {
  version: 20,
  name: 'request counts',
  statements: [...RATE_SCHEMA],
};
