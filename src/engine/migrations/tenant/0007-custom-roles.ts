import type { Migration } from '../../mechanism/store';

/** Roles that a tenant composes for itself, and who has them. */
export const customRoles: Migration = {
  version: 7,
  name: 'custom roles',
  statements: [
    `CREATE TABLE custom_roles (
       id TEXT PRIMARY KEY,
       name TEXT NOT NULL UNIQUE COLLATE NOCASE,
       description TEXT NOT NULL,
       permissions TEXT NOT NULL,
       updated_at INTEGER NOT NULL,
       revision INTEGER NOT NULL
     ) STRICT`,
    `CREATE TABLE custom_role_members (
       user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
       role_id TEXT NOT NULL REFERENCES custom_roles (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
       PRIMARY KEY (user_id, role_id)
     ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX members_of_custom_role ON custom_role_members (role_id)',
  ],
};
