import { IDEMPOTENCY_SCHEMA } from '../../mechanism/idempotency';
import type { Migration } from '../../mechanism/store';

/** What was done under which idempotency key. */
export const idempotencyKeys: Migration = {
  version: 23,
  name: 'idempotency keys',
  statements: [...IDEMPOTENCY_SCHEMA],
};
