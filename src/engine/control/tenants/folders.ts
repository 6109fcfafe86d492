/** Where a tenant's things stand in the data folder. */
export function tenantFolder(tenantId: string): string {
  return `tenants/${tenantId}`;
}

export function tenantDatabase(tenantId: string): string {
  return `${tenantFolder(tenantId)}/tenant.db`;
}
