import { Id, type Tenant } from '../../contract';
import type { Client } from '../connection/link';
import { notFound } from '../failure';
import { timeOf } from '../output/text';
import { type CommandContext, collectPages } from './context';

/**
 * Finds a tenant by its domain or id.
 * @throws Failure, of which NOT_FOUND ends the program with 5
 */
export async function findTenant(client: Client, address: string): Promise<Tenant> {
  if (Id.safeParse(address).success) return client.installation.tenants.read({ id: address });
  const domain = address.toLowerCase();
  const { rows } = await collectPages(
    (cursor) => client.installation.tenants.list({ search: domain, limit: 200, ...(cursor && { cursor }) }),
    ({ tenants }) => tenants,
    true,
  );
  const found = rows.find((one) => one.domain === domain);
  if (found) return found;
  throw notFound(`There is no tenant ${address}.`, 'See riscura tenants list.');
}

/** Says how a tenant is. */
export function showTenant({ output }: CommandContext, tenant: Tenant) {
  if (output.json) return output.value(tenant);
  const { residency } = tenant;
  output.facts([
    ['Id', tenant.id],
    ['Name', tenant.name],
    ['Domain', tenant.domain],
    ['Plan', tenant.plan],
    ['State', tenant.state],
    ['Health', tenant.health],
    ['Residency', [residency.mode, ...residency.regions].join(' ')],
    ['Model', tenant.model],
    ['Revision', tenant.revision],
    ['Created', timeOf(tenant.createdAt)],
    ['Changed', timeOf(tenant.updatedAt)],
  ]);
}
