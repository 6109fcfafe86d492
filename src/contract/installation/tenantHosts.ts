import { z } from 'zod';
import { change, procedure, view } from '../procedure';
import { Domain, Id, Timestamp } from '../values';
import { ListenerCertificate, ListenerCertificateChoice } from './signOn';

/** A host name under which one tenant alone is reached, with a certificate of its own. */
export const TenantHost = z.object({
  name: Domain,
  /** `name` is `null` when the tenant is no longer there. */
  tenant: z.object({ id: Id, name: z.string().nullable() }),
  certificate: ListenerCertificate,
  addedAt: Timestamp,
});
export type TenantHost = z.infer<typeof TenantHost>;

/** No installation has more host names. */
export const MOST_TENANT_HOSTS = 1_000;

export const tenantHosts = {
  list: procedure({
    summary: 'The host names of tenants, with their certificates',
    permission: 'installation.manage',
    audit: view('tenant-hosts.listed'),
    input: z.object({}),
    output: z.array(TenantHost),
  }),
  set: procedure({
    summary: 'Give a tenant a host name of its own, or that name another certificate',
    permission: 'installation.manage',
    stepUp: true,
    audit: change('tenant-host.set'),
    input: z.object({ name: Domain, tenantId: Id, certificate: ListenerCertificateChoice }),
    output: TenantHost,
  }),
  remove: procedure({
    summary: 'Take a host name away',
    permission: 'installation.manage',
    stepUp: true,
    audit: change('tenant-host.removed'),
    input: z.object({ name: Domain }),
    output: z.object({}),
  }),
};
