import { SESSIONS_SCHEMA } from '../../mechanism/sessions';
import { type Migration, STORE_SCHEMA } from '../../mechanism/store';

/** The catalogue as it begins. It holds no word of a tenant and no secret but argon2id hashes. */
export const foundation: Migration = {
  version: 1,
  name: 'foundation',
  statements: [
    ...STORE_SCHEMA,
    ...SESSIONS_SCHEMA,
    `CREATE TABLE operators (
       id TEXT PRIMARY KEY,
       name TEXT NOT NULL,
       email TEXT NOT NULL UNIQUE,
       password TEXT NOT NULL,
       created_at INTEGER NOT NULL,
       revision INTEGER NOT NULL,
       mac TEXT NOT NULL
     ) STRICT`,
    `CREATE TABLE tenants (
       id TEXT PRIMARY KEY,
       name TEXT NOT NULL,
       domain TEXT NOT NULL UNIQUE,
       plan TEXT NOT NULL,
       residency TEXT NOT NULL,
       model TEXT NOT NULL,
       state TEXT NOT NULL CHECK (state IN ('provisioning', 'active', 'suspended', 'deleting')),
       key_fingerprint TEXT,
       key_created_at INTEGER,
       token_key TEXT,
       created_at INTEGER NOT NULL,
       updated_at INTEGER NOT NULL,
       revision INTEGER NOT NULL,
       mac TEXT NOT NULL
     ) STRICT`,
    `CREATE TABLE journal (
       id TEXT PRIMARY KEY,
       tenant_id TEXT NOT NULL,
       operation TEXT NOT NULL CHECK (operation IN ('create', 'delete')),
       step TEXT,
       outcome TEXT NOT NULL CHECK (outcome IN ('running', 'done', 'failed')),
       problem TEXT,
       facts TEXT NOT NULL,
       started_at INTEGER NOT NULL,
       finished_at INTEGER
     ) STRICT`,
    `CREATE TABLE deletions (
       tenant_id TEXT PRIMARY KEY,
       name TEXT NOT NULL,
       deleted_at INTEGER NOT NULL,
       key_destroyed INTEGER NOT NULL,
       files INTEGER NOT NULL,
       bytes INTEGER NOT NULL
     ) STRICT`,
    `CREATE TABLE tenant_hours (
       tenant_id TEXT NOT NULL,
       hour INTEGER NOT NULL,
       queries INTEGER NOT NULL,
       failed INTEGER NOT NULL,
       tokens INTEGER NOT NULL,
       cost_micros INTEGER NOT NULL,
       PRIMARY KEY (tenant_id, hour) ON CONFLICT REPLACE
     ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE settings (
       name TEXT PRIMARY KEY,
       value TEXT NOT NULL,
       revision INTEGER NOT NULL,
       mac TEXT NOT NULL
     ) STRICT`,
    `CREATE TABLE declared_hosts (
       host TEXT NOT NULL,
       port INTEGER NOT NULL,
       purpose TEXT NOT NULL,
       note TEXT NOT NULL,
       declared_at INTEGER NOT NULL,
       mac TEXT NOT NULL,
       PRIMARY KEY (host, port)
     ) STRICT`,
    `CREATE TABLE providers (
       id TEXT PRIMARY KEY,
       kind TEXT NOT NULL,
       name TEXT NOT NULL,
       base_url TEXT NOT NULL,
       place TEXT NOT NULL,
       region TEXT,
       evidence TEXT,
       has_key INTEGER NOT NULL,
       created_at INTEGER NOT NULL,
       mac TEXT NOT NULL
     ) STRICT`,
    `CREATE TABLE model_prices (
       model TEXT PRIMARY KEY,
       price TEXT NOT NULL,
       mac TEXT NOT NULL
     ) STRICT`,
    `CREATE TABLE model_files (
       id TEXT PRIMARY KEY,
       name TEXT NOT NULL UNIQUE,
       size_bytes INTEGER NOT NULL,
       sha256 TEXT NOT NULL,
       licence TEXT,
       summary TEXT NOT NULL,
       imported_at INTEGER NOT NULL,
       mac TEXT NOT NULL
     ) STRICT`,
    `CREATE TABLE egress_attempts (
       id TEXT PRIMARY KEY,
       at INTEGER NOT NULL,
       host TEXT NOT NULL,
       port INTEGER NOT NULL,
       purpose TEXT NOT NULL,
       decision TEXT NOT NULL,
       rule TEXT NOT NULL
     ) STRICT`,
  ],
};
