import type { TenantEnvironment } from '../../../contract';
import { tenantMigrations } from '../../migrations/tenant';
import type { ControlContext } from '../context';
import type { NetworkRules } from '../network';
import { planOf } from '../plans';
import { tenantDatabase, tenantFolder } from './folders';
import type { TenantPool } from './pool';
import type { TenantRecord } from './records';

interface Services {
  readonly context: ControlContext;
  readonly pool: TenantPool;
  readonly network: NetworkRules;
}

/** What was really provisioned for a tenant, measured now. */
export async function readEnvironment(services: Services, record: TenantRecord): Promise<TenantEnvironment> {
  const { context, pool, network } = services;
  const { files } = context.ports;
  const plan = planOf(context, record.plan);
  const runtime = pool.opened(record.id);
  const { health, checkedAt } = pool.health(record);
  const { airGap, hosts } = network.policy();
  return {
    tenantId: record.id,
    namespace: tenantFolder(record.id),
    database: {
      engine: 'SQLCipher 4',
      file: tenantDatabase(record.id),
      cipher: 'AES-256-CBC with HMAC-SHA512 per page; words of people AES-256-GCM on top',
      keyFingerprint: record.keyFingerprint ?? '',
      keyCreatedAt: record.keyCreatedAt ?? record.createdAt,
      schemaVersion: tenantMigrations.at(-1)?.version ?? 0,
      sizeBytes: await files.size(tenantDatabase(record.id)),
    },
    storage: {
      folder: `${tenantFolder(record.id)}/files`,
      cipher: 'AES-256-GCM in chunks, a key a file',
      usedBytes: await files.size(tenantFolder(record.id)),
      quotaBytes: plan.storageBytes,
    },
    compute: {
      host: 'shared engine host',
      concurrentRequests: plan.concurrentRequests,
      open: runtime !== null,
    },
    network: {
      residency: record.residency,
      airGap,
      destinations: hosts
        .filter(({ purpose }) => purpose === 'model')
        .map(({ host, port }) => `${host}:${port}`),
    },
    monitoring: {
      health,
      checkedAt,
      auditEvents: runtime?.auditEvents() ?? 0,
      egressAttempts: (await runtime?.egressAttempts()) ?? 0,
    },
  };
}
