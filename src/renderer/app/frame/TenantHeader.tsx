import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { NavLink, useLocation } from 'react-router';
import type { Tenant } from '../../../contract';
import { TenantActions } from '../../features/lifecycle';
import {
  modelName,
  residencyStatus,
  Status,
  TENANT_HEALTH,
  TENANT_STATES,
  useSelectedInView,
} from '../../ui';
import { permissionsOf, usePrincipal } from '../session';
import { type TenantInView, tenantPath, useTenantApi } from '../tenant';
import classes from './TenantHeader.module.css';
import { TenantSwitcher } from './TenantSwitcher';
import { visibleTabs } from './tabs';

const REFRESH_MS = 15_000;

interface TenantHeaderProps {
  face: TenantInView;
  /** All of the tenant, for an operator. */
  tenant?: Tenant;
}

/** Name, state, residency and health of a tenant, with its tabs. */
export function TenantHeader({ face, tenant }: TenantHeaderProps) {
  const permissions = permissionsOf(usePrincipal());
  const tabs = useSelectedInView<HTMLElement>('[aria-current="page"]', useLocation().pathname);
  return (
    <header className={classes.header}>
      <div className={classes.line}>
        <div className={classes.names}>
          <Title order={1} size="h1" className={classes.title}>
            {face.name}
          </Title>
          {tenant && <TenantSwitcher current={tenant.id} />}
        </div>
        {tenant ? (
          <>
            <States standing={tenant} />
            <span className={classes.domain}>{face.domain}</span>
          </>
        ) : (
          <OwnStanding domain={face.domain} />
        )}
        {tenant && <TenantActions tenant={tenant} />}
      </div>
      <nav ref={tabs} aria-label="Tenant" className={classes.tabs}>
        {visibleTabs(permissions).map(({ page, label }) => (
          <NavLink key={page} to={tenantPath(face.id, page)} className={classes.tab}>
            {label}
          </NavLink>
        ))}
      </nav>
    </header>
  );
}

/** How one's own tenant stands, and the model that answers in it. */
function OwnStanding({ domain }: { domain: string }) {
  const { query } = useTenantApi();
  const { data } = useQuery(query.identity.standing.queryOptions({ input: {}, refetchInterval: REFRESH_MS }));
  return (
    <>
      {data && <States standing={data} />}
      <span className={classes.domain}>
        {domain}
        {data && <> · answers from {modelName(data.model)}</>}
      </span>
    </>
  );
}

function States({ standing }: { standing: Pick<Tenant, 'state' | 'health' | 'residency'> }) {
  return (
    <div className={classes.states}>
      <Status variant="badge" {...TENANT_STATES[standing.state]} />
      <Status variant="badge" {...residencyStatus(standing.residency)} />
      <Status variant="badge" {...TENANT_HEALTH[standing.health]} />
    </div>
  );
}
