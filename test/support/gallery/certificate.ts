import type { SignedStatement, Tenant } from '../../../src/contract';

export const SAMPLE_PUBLIC_KEY = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=';

/** A certificate of the sample installation; its signature is none. */
export function sampleCertificate(tenant: Tenant, now: number): SignedStatement {
  return {
    format: 'riscura-statement/v1',
    statement: {
      kind: 'tenant-deletion',
      tenantId: tenant.id,
      name: tenant.name,
      deletedAt: now,
      deletedBy: 'operator:019a0000-0000-7000-8000-000000000000',
      keyFingerprint: tenant.id.replaceAll('-', ''),
      keyDestroyed: true,
      filesRemoved: 51,
      bytesRemoved: 431_200_000,
    },
    keyId: '8b1f04c2e97d3a65',
    publicKey: SAMPLE_PUBLIC_KEY,
    signature: 'c2FtcGxl',
  };
}
