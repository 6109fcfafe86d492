import { z } from 'zod';
import { Domain, Id, Timestamp } from '../../../contract';
import type { AuditDraft } from '../../mechanism/chain';
import type { SecretKeeper } from '../../mechanism/credentials';
import type { ControlContext } from '../context';
import type { CertificatePair } from '../listeners';

/** The name of the row among the settings. */
export const TENANT_HOSTS_SETTING = 'tenant-hosts';

const StoredHost = z.object({
  name: Domain,
  tenantId: Id,
  kind: z.enum(['internal', 'own']),
  certificate: z.string(),
  sealedKey: z.string(),
  addedAt: Timestamp,
});
export type StoredHost = z.infer<typeof StoredHost>;

/** What a key is sealed for: it opens for no other name. */
function purposeOf({ name }: Pick<StoredHost, 'name'>): string {
  return `${TENANT_HOSTS_SETTING} ${name}`;
}

/**
 * The value of the row with the keys sealed anew, for the rotation of the key of the installation.
 * @throws SealError when one was not sealed under the first
 */
export function tenantHostsSealedAnew(value: string, before: SecretKeeper, after: SecretKeeper): string {
  const hosts = StoredHost.array().parse(JSON.parse(value));
  return JSON.stringify(
    hosts.map((host) => ({
      ...host,
      sealedKey: after.seal(purposeOf(host), before.open(purposeOf(host), host.sealedKey)),
    })),
  );
}

/** The host names of tenants, as the catalogue keeps them. */
export interface TenantHostsKeep {
  all(): readonly StoredHost[];
  find(name: string): StoredHost | null;
  /** Its certificate, with the key opened. */
  pairOf(host: StoredHost): CertificatePair;
  put(
    host: Omit<StoredHost, 'kind' | 'certificate' | 'sealedKey'>,
    pair: CertificatePair,
    event: AuditDraft,
  ): Promise<StoredHost>;
  remove(name: string, event: AuditDraft): Promise<void>;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when it was edited outside the console */
export async function openTenantHostsKeep(context: ControlContext): Promise<TenantHostsKeep> {
  const { store, seals, census, secrets } = context;
  const [row] = await store.read('SELECT * FROM settings WHERE name = ?', [TENANT_HOSTS_SETTING]);
  let revision = row ? Number(seals.settings.require(row).revision) : 0;
  const kept = row ? StoredHost.array().parse(JSON.parse(String(row.value))) : [];
  let hosts = new Map(kept.map((host) => [host.name, host]));

  async function write(next: Map<string, StoredHost>, event: AuditDraft): Promise<void> {
    const value = JSON.stringify([...next.values()]);
    const changed = { name: TENANT_HOSTS_SETTING, value, revision: revision + 1 };
    const sql = 'INSERT OR REPLACE INTO settings (name, value, revision, mac) VALUES (?, ?, ?, ?)';
    const params = [changed.name, changed.value, changed.revision, seals.settings.of(changed)];
    await census.write(
      { settings: revision === 0 ? 1 : 0 },
      { statements: [{ sql, params }], events: [event] },
    );
    revision += 1;
    hosts = next;
  }

  return {
    all: () => [...hosts.values()].sort((one, other) => one.name.localeCompare(other.name)),
    find: (name) => hosts.get(name) ?? null,
    pairOf: (host) => ({
      kind: host.kind,
      certificate: host.certificate,
      key: secrets.open(purposeOf(host), host.sealedKey),
    }),
    async put(host, { kind, certificate, key }, event) {
      const stored = { ...host, kind, certificate, sealedKey: secrets.seal(purposeOf(host), key) };
      await write(new Map([...hosts, [host.name, stored]]), event);
      return stored;
    },
    async remove(name, event) {
      await write(new Map([...hosts].filter(([each]) => each !== name)), event);
    },
  };
}
