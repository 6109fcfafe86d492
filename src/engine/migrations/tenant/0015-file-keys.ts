import type { Migration } from '../../mechanism/store';

/**
 * Versions of the key that wraps the keys of files, from the second on; the first comes from the first field key. And
 * how far files are sealed anew under the newest; empty while nothing is to be done.
 */
export const fileKeys: Migration = {
  version: 15,
  name: 'file keys',
  statements: [
    `CREATE TABLE file_keys (
       version INTEGER PRIMARY KEY CHECK (version > 1),
       sealed_key TEXT NOT NULL,
       created_at INTEGER NOT NULL
     ) STRICT`,
    `CREATE TABLE file_key_work (
       id INTEGER PRIMARY KEY CHECK (id = 1),
       version INTEGER NOT NULL,
       cursor TEXT NOT NULL,
       sealed INTEGER NOT NULL,
       damaged INTEGER NOT NULL,
       state TEXT NOT NULL CHECK (state IN ('running', 'stopped'))
     ) STRICT`,
  ],
};
