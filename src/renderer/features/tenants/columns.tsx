import { Link } from 'react-router';
import type { TenantSummary } from '../../../contract';
import { tenantPath } from '../../app/tenant';
import {
  type Column,
  format,
  RelativeTime,
  residencyStatus,
  Sparkline,
  Status,
  TENANT_HEALTH,
  TENANT_STATES,
} from '../../ui';
import classes from './tenants.module.css';

/** The columns of the list of tenants. */
export const TENANT_COLUMNS: readonly Column<TenantSummary>[] = [
  {
    key: 'name',
    header: 'Tenant',
    sort: 'name',
    render: (tenant) => (
      <div className={classes.name}>
        <Link to={tenantPath(tenant.id)}>{tenant.name}</Link>
        <span>{tenant.domain}</span>
      </div>
    ),
  },
  {
    key: 'state',
    header: 'State',
    render: (tenant) => (
      <div>
        <Status {...TENANT_STATES[tenant.state]} />
        {tenant.health !== 'healthy' && tenant.health !== 'idle' && (
          <span className={classes.narrowHealth}>
            <Status {...TENANT_HEALTH[tenant.health]} />
          </span>
        )}
      </div>
    ),
  },
  {
    key: 'health',
    header: 'Health',
    hideBelow: 'sm',
    render: (tenant) => <Status {...TENANT_HEALTH[tenant.health]} />,
  },
  {
    key: 'residency',
    header: 'Residency',
    hideBelow: 'md',
    render: (tenant) => <Status {...residencyStatus(tenant.residency)} />,
  },
  {
    key: 'trend',
    header: '14 days',
    hideBelow: 'md',
    render: (tenant) => (
      <div className={classes.trend}>
        <Sparkline
          values={tenant.trend}
          label={`Queries a day of the last 14 days: ${tenant.trend.join(', ')}`}
          tone={tenant.queries24h === 0 ? 'muted' : 'accent'}
        />
      </div>
    ),
  },
  {
    key: 'queries',
    header: 'Queries, 24 h',
    align: 'right',
    sort: 'queries',
    render: (tenant) => format.count(tenant.queries24h),
  },
  {
    key: 'errors',
    header: 'Failed, 24 h',
    align: 'right',
    hideBelow: 'lg',
    render: (tenant) => (
      <span className={tenant.errors24h > 0 ? classes.errors : undefined}>
        {format.count(tenant.errors24h)}
      </span>
    ),
  },
  {
    key: 'cost',
    header: 'Cost, 24 h',
    align: 'right',
    sort: 'cost',
    render: (tenant) => format.money(tenant.cost24h),
  },
  {
    key: 'activity',
    header: 'Last query',
    align: 'right',
    hideBelow: 'md',
    render: (tenant) =>
      tenant.lastActivityAt === null ? (
        <span className="muted">never</span>
      ) : (
        <RelativeTime at={tenant.lastActivityAt} />
      ),
  },
];
