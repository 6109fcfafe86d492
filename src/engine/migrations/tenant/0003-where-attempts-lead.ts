import type { Migration } from '../../mechanism/store';

/** The ledger says for which model a connection was tried and where that model runs. Older entries do not know it. */
export const whereAttemptsLead: Migration = {
  version: 3,
  name: 'where attempts lead',
  statements: [
    'ALTER TABLE egress_attempts ADD COLUMN place TEXT',
    'ALTER TABLE egress_attempts ADD COLUMN region TEXT',
    'ALTER TABLE egress_attempts ADD COLUMN model TEXT',
  ],
};
