import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createBetterSqlite3Driver } from '../../../src/adapters/betterSqlite3';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import { type AuditRecord, verifyChain } from '../../../src/engine/mechanism/chain';
import type { Database, SqlRow } from '../../../src/engine/ports';
import type { MemoryKeystore } from './fakes';

function recordFrom(row: SqlRow): AuditRecord {
  return {
    sequence: Number(row.sequence),
    hash: String(row.hash),
    previousHash: String(row.previous_hash),
    body: {
      at: Number(row.at),
      event: String(row.event),
      actor: String(row.actor),
      target: row.target === null || row.target === undefined ? null : String(row.target),
      outcome: row.outcome as AuditRecord['body']['outcome'],
      detail: String(row.detail),
    },
  };
}

async function inspect<Answer>(database: Database, look: (database: Database) => Promise<Answer>) {
  try {
    const complaints = await database.check();
    const records = (await database.read('SELECT * FROM audit_events ORDER BY sequence')).map(recordFrom);
    const { ok } = verifyChain(records);
    return { sound: complaints.length === 0 && ok, events: records.length, seen: await look(database) };
  } finally {
    await database.close();
  }
}

/** Looks into the catalogue of a folder that no engine has open. */
export async function inspectCatalog<Answer>(
  folder: string,
  look: (database: Database) => Promise<Answer>,
): Promise<{ sound: boolean; events: number; seen: Answer }> {
  return inspect(await createBetterSqlite3Driver().open(join(folder, 'catalog.db'), null), look);
}

/** Looks into the database of a tenant that no engine has open. */
export async function inspectTenant<Answer>(
  folder: string,
  keystore: MemoryKeystore,
  id: string,
  look: (database: Database) => Promise<Answer>,
): Promise<{ sound: boolean; events: number; seen: Answer }> {
  const key = keystore.keys.get(`tenant:${id}`) ?? null;
  return inspect(await createSqlcipherDriver().open(tenantFile(folder, id), key), look);
}

/** The database file of a tenant. */
export function tenantFile(folder: string, id: string): string {
  return join(folder, 'tenants', id, 'tenant.db');
}

/** The tenants of which something lies in the folder. */
export async function tenantFolders(folder: string): Promise<string[]> {
  return readdir(join(folder, 'tenants')).catch(() => []);
}
