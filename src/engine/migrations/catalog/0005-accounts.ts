import { CREDENTIALS_SCHEMA } from '../../mechanism/credentials';
import type { Migration } from '../../mechanism/store';

/** Second factors, earlier passwords and managed sessions of operators; failed sign-ins that outlive a restart. */
export const accounts: Migration = {
  version: 5,
  name: 'accounts',
  statements: [...CREDENTIALS_SCHEMA],
};
