import type { Migration } from '../../mechanism/store';

/** While the tenant's key is rotated its field keys are wrapped under both keys: whichever opens the file opens them. */
export const nextKey: Migration = {
  version: 4,
  name: 'next key',
  statements: ['ALTER TABLE field_keys ADD COLUMN wrapped_next TEXT'],
};
