import { IDEMPOTENCY_SCHEMA } from '../../mechanism/idempotency';
import type { Migration } from '../../mechanism/store';

/** What operators did under which idempotency key. */
export const idempotencyKeys: Migration = {
  version: 10,
  name: 'idempotency keys',
  statements: [...IDEMPOTENCY_SCHEMA],
};
