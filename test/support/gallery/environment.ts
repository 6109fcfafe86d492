import type { Tenant, TenantEnvironment } from '../../../src/contract';
import { hash, seeded } from './random';
import type { World } from './world';

/** What was provisioned for a tenant of the sample. */
export function environmentOf(world: World, tenant: Tenant): TenantEnvironment {
  const random = seeded(tenant.createdAt);
  const events = world.usage.get(tenant.id)?.length ?? 0;
  return {
    tenantId: tenant.id,
    namespace: `tenant-${tenant.domain.split('.')[0]}`,
    database: {
      engine: 'SQLCipher 4.14.0',
      file: `tenants/${tenant.id}/tenant.db`,
      cipher: 'AES-256-CBC with HMAC-SHA512 per page',
      keyFingerprint: hash(random).slice(0, 32),
      keyCreatedAt: tenant.createdAt,
      schemaVersion: 1,
      sizeBytes: 1_200_000 + events * 4096,
    },
    storage: {
      folder: `tenants/${tenant.id}/files`,
      cipher: 'AES-256-GCM in chunks',
      usedBytes: events === 0 ? 0 : 412_000_000,
      quotaBytes: 10 * 1024 ** 3,
    },
    compute: { host: 'engine', concurrentRequests: 10, open: tenant.state === 'active' },
    network: {
      residency: tenant.residency,
      airGap: world.network.airGap,
      destinations: ['gpu-01.internal:11434'],
    },
    monitoring: {
      health: tenant.health,
      checkedAt: world.now() - 42_000,
      auditEvents: 40 + events * 2,
      egressAttempts: 12,
    },
  };
}
