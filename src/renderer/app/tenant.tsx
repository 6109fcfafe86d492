import { Anchor } from '@mantine/core';
import { createContext, type ReactNode, useCallback, useContext } from 'react';
import { useParams } from 'react-router';
import { type WaysOn, WaysOnProvider } from '../ui';
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
  const { id } = tenant;
  const waysOn = useCallback<WaysOn>(
    (code) => (code === 'APPROVAL_REQUIRED' ? <ToRequests id={id} /> : null),
    [id],
  );
  return (
    <TenantContext value={tenant}>
      <WaysOnProvider value={waysOn}>{children}</WaysOnProvider>
    </TenantContext>
  );
}

/** Leads to where a second person is asked, and to what they have said. A plain address, so that a notification can hold it. */
function ToRequests({ id }: { id: string }) {
  return <Anchor href={`#${tenantPath(id, 'security')}`}>Open the requests</Anchor>;
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
