import type { Migration } from '../../mechanism/store';

/** What each person and each key may ask for. */
export const ownLimits: Migration = {
  version: 22,
  name: 'own limits',
  statements: [
    `CREATE TABLE limit_policy (
       id INTEGER PRIMARY KEY CHECK (id = 1),
       version INTEGER NOT NULL,
       person TEXT NOT NULL,
       api_key TEXT NOT NULL
     ) STRICT`,
    'ALTER TABLE api_keys ADD COLUMN limits TEXT',
  ],
};
