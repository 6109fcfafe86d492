import { useQuery } from '@tanstack/react-query';
import { installation } from '../../app/api';
import { ErrorNotice, PageHeader, Section, SkeletonPanel } from '../../ui';
import { AirGapSection } from './AirGapSection';
import { HostsSection } from './HostsSection';
import { LedgerSection } from './LedgerSection';
import { ListenerSection } from './ListenerSection';
import classes from './network.module.css';

/** The air gap of the installation, the declared hosts, and every attempt to get out. */
export function NetworkPage() {
  const policy = useQuery(installation.query.network.policy.queryOptions({ input: {} }));
  return (
    <>
      <PageHeader title="Network" description="What this installation may connect to, and what it tried." />
      <div className={classes.page}>
        {policy.data ? (
          <>
            <AirGapSection policy={policy.data} />
            <HostsSection policy={policy.data} />
          </>
        ) : policy.isError ? (
          <ErrorNotice error={policy.error} doing="The policy could not be read." onRetry={policy.refetch} />
        ) : (
          <Section title="Air gap">
            <SkeletonPanel lines={3} />
          </Section>
        )}
        <ListenerSection />
        <LedgerSection />
      </div>
    </>
  );
}
