import type { Migration } from '../../mechanism/store';

/** Sign-on by a browser: how a provider is asked again, its sessions beside ours, the logout tokens it has used. */
export const browserSignOn: Migration = {
  version: 17,
  name: 'browser-sign-on',
  statements: [
    'ALTER TABLE sso_people ADD COLUMN sealed_proof TEXT',
    'ALTER TABLE sso_people ADD COLUMN proof_session TEXT',
    `CREATE TABLE sso_logins (
       session_id TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
       person_id TEXT NOT NULL,
       provider_id TEXT NOT NULL,
       sid TEXT
     ) STRICT`,
    'CREATE INDEX sso_logins_of_sid ON sso_logins (provider_id, sid)',
    'CREATE TABLE sso_logouts (id TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT',
  ],
};
