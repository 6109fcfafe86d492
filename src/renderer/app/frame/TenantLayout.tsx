import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Navigate, Outlet, useParams } from 'react-router';
import { BreakGlassBanner } from '../../features/access';
import { TenantStanding } from '../../features/lifecycle';
import { ErrorNotice, SectionLevel, SkeletonLine } from '../../ui';
import { installation } from '../api';
import { usePrincipal } from '../session';
import { TenantProvider, tenantPath } from '../tenant';
import frame from './Frame.module.css';
import { TenantHeader } from './TenantHeader';

const VouchingBanner = lazy(async () => ({
  default: (await import('../../features/account')).VouchingBanner,
}));

const REFRESH_MS = 15_000;

/** Everything below one tenant: its header, its tabs, and the tab on screen. */
export function TenantLayout() {
  const { tenantId = '' } = useParams();
  const principal = usePrincipal();
  if (principal.kind === 'operator') return <OperatedTenant key={tenantId} id={tenantId} />;
  const { tenant, vouchedUntil } = principal.session;
  if (tenant.id !== tenantId) return <Navigate to={tenantPath(tenant.id, '')} replace />;
  return (
    <TenantProvider tenant={tenant}>
      <TenantHeader face={tenant} />
      <div className={frame.content}>
        {vouchedUntil !== null && (
          <Suspense fallback={null}>
            <VouchingBanner tenantId={tenant.id} until={vouchedUntil} />
          </Suspense>
        )}
        <BreakGlassBanner />
        <SectionLevel value={3}>
          <Outlet />
        </SectionLevel>
      </div>
    </TenantProvider>
  );
}

function OperatedTenant({ id }: { id: string }) {
  const tenant = useQuery(
    installation.query.tenants.read.queryOptions({ input: { id }, refetchInterval: REFRESH_MS }),
  );
  if (tenant.isError && !tenant.data) {
    return (
      <div className={frame.content}>
        <ErrorNotice error={tenant.error} doing="The tenant could not be read." onRetry={tenant.refetch} />
      </div>
    );
  }
  if (!tenant.data) {
    return (
      <div className={frame.content} aria-busy="true">
        <SkeletonLine width={220} />
        <SkeletonLine width={340} />
      </div>
    );
  }
  return (
    <TenantProvider tenant={tenant.data}>
      <TenantHeader face={tenant.data} tenant={tenant.data} />
      <div className={frame.content}>
        <TenantStanding tenant={tenant.data}>
          <BreakGlassBanner />
          <SectionLevel value={3}>
            <Outlet />
          </SectionLevel>
        </TenantStanding>
      </div>
    </TenantProvider>
  );
}
