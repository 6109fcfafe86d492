import type { Migration } from '../../mechanism/store';

/** Providers of sign-on, and the people who came by one. */
export const signOn: Migration = {
  version: 6,
  name: 'sign-on',
  statements: [
    `CREATE TABLE sso_providers (
       id TEXT PRIMARY KEY,
       name TEXT NOT NULL,
       state TEXT NOT NULL,
       settings TEXT NOT NULL,
       sealed_secret TEXT,
       mappings TEXT NOT NULL,
       default_role TEXT,
       adopt_existing INTEGER NOT NULL,
       grace_minutes INTEGER NOT NULL,
       checked_at INTEGER,
       problem TEXT,
       changed_at INTEGER NOT NULL,
       revision INTEGER NOT NULL
     ) STRICT`,
    `CREATE TABLE sso_people (
       person_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
       provider_id TEXT NOT NULL REFERENCES sso_providers (id),
       subject TEXT NOT NULL,
       checked_at INTEGER NOT NULL,
       disabled_at INTEGER,
       UNIQUE (provider_id, subject)
     ) STRICT`,
  ],
};
