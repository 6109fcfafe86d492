import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createBetterSqlite3Driver } from '../adapters/betterSqlite3';
import { openServerKeystore, type ServerKeystoreSettings } from '../adapters/keystore';
import { createSqlcipherDriver } from '../adapters/sqlcipher';
import type { AuditCheckpoint } from '../contract';
import { auditKeysFrom, readKeys, readSignedHead, verifyLive } from '../engine/mechanism/audit';
import { type AuditVerdict, auditSignatures, linkedKeys, readCheckpoint } from '../engine/mechanism/chain';
import type { Database } from '../engine/ports';
import { defaultFolder } from './dataFolder';
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

/**
 * Opens the chain of a tenant, or of the installation, with the keys of the keychain or of the sealed file.
 * @param tenant a domain or an id; `null` is the installation
 * @param keys where the passphrase of a sealed file comes from
 * @throws CommandProblem, ConsoleError of the keystore, StoreError of the database
 */
export async function openLiveChain(
  tenant: string | null,
  keys: Pick<ServerKeystoreSettings, 'passphrase'>,
  folder = defaultFolder(),
): Promise<{ chain: OpenedChain; close: () => Promise<void> }> {
  if (!existsSync(join(folder, 'catalog.db')))
    throw new CommandProblem(`There is no installation in ${folder}.`);
  const keystore = await openServerKeystore({ dataFolder: folder, passphrase: keys.passphrase });
  const nativeBinding = process.env.RISCURA_BETTER_SQLITE3_BINDING;
  const catalog = await createBetterSqlite3Driver(nativeBinding ? { nativeBinding } : {}).open(
    join(folder, 'catalog.db'),
    null,
  );
  const publicKeys = await trustedKeys(catalog, await keystore.readKey({ kind: 'installation' }));
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
  return { chain: await chainOf(database, origin, publicKeys, text), close: () => database.close() };
}

async function chainOf(
  database: Database,
  origin: string,
  publicKeys: readonly string[],
  keptText: string | null,
): Promise<OpenedChain> {
  const read: Database['read'] = (sql, params) => database.read(sql, params);
  const kept = keptText === null ? null : readCheckpoint(keptText);
  if (keptText !== null && !(kept && auditSignatures(publicKeys, origin).isCheckpoint(kept)))
    throw new CommandProblem(
      'What the keychain keeps as the newest checkpoint is none of this installation.',
    );
  const [row] = await read('SELECT max(sequence) AS newest FROM audit_events');
  const through = Number(row?.newest ?? 0);
  const from = await readSignedHead(read, origin);
  return {
    origin,
    publicKey: publicKeys[0] ?? '',
    kept,
    through,
    verify: (signal) => verifyLive({ read, origin, publicKeys, from, through, kept }, signal),
  };
}

/** The key that signs checkpoints first, then those before it. @param installationKey overwritten */
async function trustedKeys(catalog: Database, installationKey: Uint8Array): Promise<string[]> {
  try {
    const read: Database['read'] = (sql, params) => catalog.read(sql, params);
    const { signing, links } = auditKeysFrom(await readKeys(read), installationKey);
    return linkedKeys(signing.publicKey, links);
  } finally {
    installationKey.fill(0);
  }
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
