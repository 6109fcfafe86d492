import { createContext, type ReactNode, useContext } from 'react';
import { useParams } from 'react-router';
import { type TenantApi, tenantApi } from './api';

/** What the frame knows of the tenant on screen. A member is told less than an operator. */
export interface TenantInView {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
}

const TenantContext = createContext<TenantInView | null>(null);

/** Makes the tenant on screen known to the tabs below. */
export function TenantProvider({ tenant, children }: { tenant: TenantInView; children: ReactNode }) {
  return <TenantContext value={tenant}>{children}</TenantContext>;
}

/** The tenant on screen. Only below the tenant's header. */
export function useTenant(): TenantInView {
  const tenant = useContext(TenantContext);
  if (!tenant) throw new Error('useTenant is used outside of a tenant');
  return tenant;
}

/** What can be asked of the tenant on screen: `client` to call, `query` for TanStack Query. */
export function useTenantApi(): TenantApi {
  const { tenantId = '' } = useParams();
  return tenantApi(tenantId);
}

/** The address of a page of a tenant. */
export function tenantPath(id: string, page = 'overview'): string {
  return `/tenants/${id}/${page}`;
}
