import type { Migration } from '../../mechanism/store';

/** How far the sealed columns are sealed anew under a newer field key; empty while nothing is to be done. */
export const fieldKeyWork: Migration = {
  version: 13,
  name: 'field key work',
  statements: [
    `CREATE TABLE field_key_work (
       id INTEGER PRIMARY KEY CHECK (id = 1),
       version INTEGER NOT NULL,
       column_number INTEGER NOT NULL,
       cursor TEXT,
       sealed INTEGER NOT NULL
     ) STRICT`,
  ],
};
