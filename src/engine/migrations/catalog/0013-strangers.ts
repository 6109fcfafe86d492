import { STRANGER_FAILURES_SCHEMA } from '../../mechanism/limiter';
import type { Migration } from '../../mechanism/store';

/** Failures at addresses that nobody has are kept apart from those of operators, and do not push them out. */
export const strangers: Migration = {
  version: 13,
  name: 'strangers',
  statements: [...STRANGER_FAILURES_SCHEMA],
};
