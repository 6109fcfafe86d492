import { useQuery } from '@tanstack/react-query';
import type { InstallationStatus } from '../../../contract';
import { installation } from '../../app/api';
import {
  DataTable,
  ErrorNotice,
  format,
  KeyValueList,
  PageHeader,
  Section,
  SkeletonPanel,
  Status,
  type StatusTone,
} from '../../ui';
import { AllSessions, operatorAccounts, PolicySection } from '../account';
import { ApiSection, TenantHostsSection, WebConsoleSection } from '../api';
import classes from './installation.module.css';
import { PasswordCostSection } from './PasswordCostSection';
import { SealSection } from './SealSection';

type Host = InstallationStatus['hosts'][number];

const HOST_STATES: Record<Host['state'], { tone: StatusTone; label: string }> = {
  running: { tone: 'ok', label: 'Running' },
  restarting: { tone: 'busy', label: 'Restarting' },
  failed: { tone: 'bad', label: 'Failed' },
  idle: { tone: 'idle', label: 'Idle' },
};

const HOST_WORDS: Record<Host['host'], string> = {
  engine: 'Tenants, sign-in, policy, audit',
  model: 'Runs embedded models, without keys',
  embedding: 'Finds passages by meaning, without keys',
  parser: 'Reads documents, without keys',
};

const KEYSTORE_STATES: Record<InstallationStatus['keystore']['state'], { tone: StatusTone; label: string }> =
  {
    ready: { tone: 'ok', label: 'Ready' },
    unavailable: { tone: 'bad', label: 'Unavailable' },
    insecure: { tone: 'bad', label: 'Without a password' },
  };

/** The state of the installation: keychain, hosts, problems. */
export function InstallationPage() {
  const status = useQuery(installation.query.status.watch.experimental_liveOptions({ input: {} }));
  return (
    <>
      <PageHeader title="Installation" description="The parts of this console and how each is." />
      {status.data ? (
        <Parts status={status.data} />
      ) : status.isError ? (
        <ErrorNotice error={status.error} doing="The state could not be read." onRetry={status.refetch} />
      ) : (
        <Section title="State">
          <SkeletonPanel lines={5} />
        </Section>
      )}
    </>
  );
}

function Parts({ status }: { status: InstallationStatus }) {
  return (
    <div className={classes.page}>
      {status.problems.length > 0 && (
        <Section title="What needs you">
          <ul className={classes.problems}>
            {status.problems.map((problem) => (
              <li key={problem.code}>
                <Status tone="warn" label={problem.title} />
                <div className="muted">{problem.next}</div>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="State">
        <KeyValueList
          items={[
            { label: 'Version', value: status.version },
            { label: 'Keychain', value: status.keystore.kind },
            { label: 'Keychain state', value: <Status {...KEYSTORE_STATES[status.keystore.state]} /> },
            {
              label: 'Air gap',
              value: status.airGap ? (
                <Status tone="ok" icon="lock" label="Closed" />
              ) : (
                <Status tone="warn" label="Open" />
              ),
            },
          ]}
        />
      </Section>
      <Section title="Hosts" description="Processes of their own, watched and restarted." padding="flush">
        <DataTable
          label="Hosts"
          rows={status.hosts}
          rowKey={(host) => host.host}
          columns={[
            {
              key: 'host',
              header: 'Host',
              render: (host) => <span style={{ textTransform: 'capitalize' }}>{host.host}</span>,
            },
            { key: 'state', header: 'State', render: (host) => <Status {...HOST_STATES[host.state]} /> },
            {
              key: 'confined',
              header: 'Confinement',
              render: (host) =>
                host.confined ? (
                  <Status tone="ok" icon="lock" label="No network, no home" />
                ) : (
                  <Status tone="idle" label="None" />
                ),
            },
            { key: 'what', header: 'What it does', hideBelow: 'md', render: (host) => HOST_WORDS[host.host] },
            {
              key: 'restarts',
              header: 'Restarts',
              hideBelow: 'sm',
              align: 'right',
              render: (host) => format.count(host.restarts),
            },
          ]}
        />
      </Section>
      <PolicySection
        account={operatorAccounts}
        description="For operators, and for the first password of a tenant’s administrator."
        roles={['operator']}
      />
      <PasswordCostSection />
      <AllSessions account={operatorAccounts} description="Operators who are signed in now." />
      <WebConsoleSection />
      <ApiSection />
      <TenantHostsSection />
      <SealSection />
    </div>
  );
}
