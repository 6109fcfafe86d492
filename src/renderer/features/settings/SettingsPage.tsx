import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { installation } from '../../app/api';
import { usePrincipal } from '../../app/session';
import { useTenant, useTenantApi } from '../../app/tenant';
import { ErrorNotice, PageHeader, Section, SkeletonPanel } from '../../ui';
import { AnswersForm } from './AnswersForm';
import { LeaveGuard } from './LeaveGuard';
import { ResidencyFacts } from './ResidencyFacts';
import classes from './settings.module.css';
import { TenantForm } from './TenantForm';

/** How the tenant is set up: who it is, where its words may go, and how its questions are answered. */
export function SettingsPage() {
  const [tenantDirty, setTenantDirty] = useState(false);
  const [answersDirty, setAnswersDirty] = useState(false);
  const { kind } = usePrincipal();
  return (
    <>
      <PageHeader
        order={2}
        title="Settings"
        description="Where the tenant’s words may be processed, and how its questions are answered."
      />
      <div className={classes.page}>
        {kind === 'operator' && <OperatedTenant onDirty={setTenantDirty} />}
        <Answers onDirty={setAnswersDirty} />
      </div>
      <LeaveGuard dirty={tenantDirty || answersDirty} />
    </>
  );
}

function OperatedTenant({ onDirty }: { onDirty: (dirty: boolean) => void }) {
  const { id } = useTenant();
  const tenant = useQuery(installation.query.tenants.read.queryOptions({ input: { id } }));
  if (tenant.data) return <TenantForm tenant={tenant.data} onDirty={onDirty} />;
  return (
    <Section title="Tenant">
      {tenant.isError ? (
        <ErrorNotice error={tenant.error} doing="The tenant could not be read." onRetry={tenant.refetch} />
      ) : (
        <SkeletonPanel lines={6} />
      )}
    </Section>
  );
}

function Answers({ onDirty }: { onDirty: (dirty: boolean) => void }) {
  const { query } = useTenantApi();
  const { kind } = usePrincipal();
  const options = query.configuration.read.queryOptions({ input: {} });
  const configuration = useQuery(options);
  const { refetch } = configuration;
  const readAgain = useCallback(async () => (await refetch({ throwOnError: true })).data, [refetch]);
  if (configuration.data) {
    return (
      <>
        {kind === 'member' && <ResidencyFacts residency={configuration.data.residency} />}
        <AnswersForm configuration={configuration.data} readAgain={readAgain} onDirty={onDirty} />
      </>
    );
  }
  return (
    <Section title="Answers">
      {configuration.isError ? (
        <ErrorNotice
          error={configuration.error}
          doing="The settings could not be read."
          onRetry={configuration.refetch}
        />
      ) : (
        <SkeletonPanel lines={10} />
      )}
    </Section>
  );
}
