import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createBetterSqlite3Driver } from '../adapters/betterSqlite3';
import { openKeystore } from '../adapters/keytar';
import { createSqlcipherDriver } from '../adapters/sqlcipher';
import type { AuditCheckpoint } from '../contract';
import { auditSigningKey, readSignedHead, verifyLive } from '../engine/mechanism/audit';
import { type AuditVerdict, auditSignatures, readCheckpoint } from '../engine/mechanism/chain';
import type { Database } from '../engine/ports';
import { CommandProblem } from './terminal';

/** A chain of this machine, opened to be verified and for nothing else. */
export interface OpenedChain {
  readonly origin: string;
  /** SPKI in DER, base64. */
  readonly publicKey: string;
  readonly kept: AuditCheckpoint | null;
  /** The number of its newest event. */
  readonly through: number;
  verify(signal: AbortSignal): AsyncGenerator<number, AuditVerdict>;
}

/** Where the console of this user keeps its data when nothing else is said (Electron's `userData`). */
function defaultFolder(): string {
  const name = 'RISCURA Console';
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support', name, 'data');
  if (process.platform === 'win32') return join(process.env.APPDATA ?? homedir(), name, 'data');
  return join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), name, 'data');
}

/**
 * Opens the chain of a tenant, or of the installation, with the keys of the keychain.
 * @param tenant a domain or an id; `null` is the installation
 * @throws CommandProblem, ConsoleError of the keystore, StoreError of the database
 */
export async function openLiveChain(
  tenant: string | null,
  folder = defaultFolder(),
): Promise<{ chain: OpenedChain; close: () => Promise<void> }> {
  if (!existsSync(join(folder, 'catalog.db')))
    throw new CommandProblem(`There is no installation in ${folder}.`);
  const keystore = openKeystore(folder);
  const installationKey = await keystore.readKey({ kind: 'installation' });
  const { publicKey } = auditSigningKey(installationKey);
  installationKey.fill(0);
  const nativeBinding = process.env.RISCURA_BETTER_SQLITE3_BINDING;
  const catalog = await createBetterSqlite3Driver(nativeBinding ? { nativeBinding } : {}).open(
    join(folder, 'catalog.db'),
    null,
  );
  const owner = tenant === null ? 'installation' : await tenantIdOf(catalog, tenant);
  let database = catalog;
  if (tenant !== null) {
    await catalog.close();
    const key = await keystore.readKey({ kind: 'tenant', tenantId: owner });
    database = await createSqlcipherDriver().open(join(folder, 'tenants', owner, 'tenant.db'), key);
    key.fill(0);
  }
  const text = await keystore.readSecret({ kind: 'checkpoint', owner });
  const origin = tenant === null ? owner : `tenant:${owner}`;
  return { chain: await chainOf(database, origin, publicKey, text), close: () => database.close() };
}

async function chainOf(
  database: Database,
  origin: string,
  publicKey: string,
  keptText: string | null,
): Promise<OpenedChain> {
  const read: Database['read'] = (sql, params) => database.read(sql, params);
  const kept = keptText === null ? null : readCheckpoint(keptText);
  if (keptText !== null && !(kept && auditSignatures(publicKey, origin).isCheckpoint(kept)))
    throw new CommandProblem(
      'What the keychain keeps as the newest checkpoint is none of this installation.',
    );
  const [row] = await read('SELECT max(sequence) AS newest FROM audit_events');
  const through = Number(row?.newest ?? 0);
  const from = await readSignedHead(read, origin);
  return {
    origin,
    publicKey,
    kept,
    through,
    verify: (signal) => verifyLive({ read, origin, publicKey, from, through, kept }, signal),
  };
}

async function tenantIdOf(catalog: Database, address: string): Promise<string> {
  const [row] = await catalog.read('SELECT id FROM tenants WHERE id = ? OR domain = ?', [
    address,
    address.toLowerCase(),
  ]);
  if (row) return String(row.id);
  await catalog.close();
  throw new CommandProblem(`There is no tenant ${address} in this installation.`);
}
