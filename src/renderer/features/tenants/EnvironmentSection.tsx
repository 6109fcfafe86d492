import { useQuery } from '@tanstack/react-query';
import type { TenantEnvironment } from '../../../contract';
import { installation } from '../../app/api';
import {
  ErrorNotice,
  format,
  Identifier,
  KeyValueList,
  RelativeTime,
  residencyStatus,
  Section,
  SkeletonPanel,
  Status,
  TENANT_HEALTH,
} from '../../ui';
import classes from './environment.module.css';

/** What was really provisioned for a tenant: for operators. */
export function EnvironmentSection({ tenantId }: { tenantId: string }) {
  const environment = useQuery(
    installation.query.tenants.environment.queryOptions({ input: { id: tenantId } }),
  );
  return (
    <Section title="Environment" description="What was provisioned for this tenant, as it is now.">
      {environment.data ? (
        <Facts environment={environment.data} />
      ) : environment.isError ? (
        <ErrorNotice
          error={environment.error}
          doing="The environment could not be read."
          onRetry={environment.refetch}
        />
      ) : (
        <SkeletonPanel lines={8} />
      )}
    </Section>
  );
}

function Facts({ environment }: { environment: TenantEnvironment }) {
  const { database, storage, compute, network, monitoring } = environment;
  return (
    <div className={classes.facts}>
      <KeyValueList
        items={[
          {
            label: 'Tenant id',
            value: <Identifier value={environment.tenantId} label="tenant id" shorten={8} />,
          },
          { label: 'Namespace', value: <span className="mono">{environment.namespace}</span> },
          { label: 'Database', value: `${database.engine}, ${format.bytes(database.sizeBytes)}` },
          { label: 'Encryption', value: database.cipher },
          {
            label: 'Key fingerprint',
            value: <Identifier value={database.keyFingerprint} label="key fingerprint" shorten={8} />,
          },
          { label: 'Key made', value: <RelativeTime at={database.keyCreatedAt} /> },
          { label: 'Schema version', value: format.count(database.schemaVersion) },
        ]}
      />
      <KeyValueList
        items={[
          {
            label: 'Files',
            value: `${format.bytes(storage.usedBytes)} of ${format.bytes(storage.quotaBytes)}, ${storage.cipher}`,
          },
          {
            label: 'Compute',
            value: `${compute.host}, ${format.plural(compute.concurrentRequests, 'request')} at once, ${compute.open ? 'open' : 'closed'}`,
          },
          { label: 'Residency', value: <Status {...residencyStatus(network.residency)} /> },
          { label: 'Destinations', value: network.destinations.join(', ') || 'none' },
          { label: 'Health', value: <Status {...TENANT_HEALTH[monitoring.health]} /> },
          { label: 'Checked', value: <RelativeTime at={monitoring.checkedAt} /> },
          { label: 'Audit events', value: format.count(monitoring.auditEvents) },
        ]}
      />
    </div>
  );
}
