import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { NavLink } from 'react-router';
import type { Tenant } from '../../../contract';
import { TenantActions } from '../../features/lifecycle';
import { residencyStatus, Status, TENANT_HEALTH, TENANT_STATES } from '../../ui';
import { useGranted, usePrincipal } from '../session';
import { type TenantInView, tenantPath, useTenantApi } from '../tenant';
import classes from './TenantHeader.module.css';
import { TenantSwitcher } from './TenantSwitcher';
import { visibleTabs } from './tabs';

interface TenantHeaderProps {
  face: TenantInView;
  /** All of the tenant, for an operator. */
  tenant?: Tenant;
}

/** Name, state, residency and health of a tenant, with its tabs. */
export function TenantHeader({ face, tenant }: TenantHeaderProps) {
  const { role } = usePrincipal();
  return (
    <header className={classes.header}>
      <div className={classes.line}>
        <div className={classes.names}>
          <Title order={1} size="h1" className={classes.title}>
            {face.name}
          </Title>
          {tenant && <TenantSwitcher current={tenant.id} />}
        </div>
        {!tenant && <OwnResidency />}
        {tenant && (
          <div className={classes.states}>
            <Status variant="badge" {...TENANT_STATES[tenant.state]} />
            <Status variant="badge" {...residencyStatus(tenant.residency)} />
            <Status variant="badge" {...TENANT_HEALTH[tenant.health]} />
          </div>
        )}
        <span className={classes.domain}>{face.domain}</span>
        {tenant && <TenantActions tenant={tenant} />}
      </div>
      <nav aria-label="Tenant" className={classes.tabs}>
        {visibleTabs(role).map(({ page, label }) => (
          <NavLink key={page} to={tenantPath(face.id, page)} className={classes.tab}>
            {label}
          </NavLink>
        ))}
      </nav>
    </header>
  );
}

/** The residency policy of one's own tenant, for those who may see how it is configured. */
function OwnResidency() {
  const mayLook = useGranted('ai.configure');
  const { query } = useTenantApi();
  const configuration = useQuery({
    ...query.configuration.read.queryOptions({ input: {} }),
    enabled: mayLook,
  });
  return configuration.data ? (
    <Status variant="badge" {...residencyStatus(configuration.data.residency)} />
  ) : null;
}
