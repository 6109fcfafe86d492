import { Button } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { TenantKeyState } from '../../../contract';
import { installation } from '../../app/api';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorNotice,
  Identifier,
  PageHeader,
  RelativeTime,
  Section,
} from '../../ui';
import { CertificatesSection } from './CertificatesSection';
import { InstallationKeySection } from './InstallationKeySection';
import { InventorySection } from './InventorySection';
import classes from './keys.module.css';
import { MakeKit } from './MakeKit';
import { PolicySection } from './PolicySection';
import { RotateKey } from './RotateKey';
import { CheckpointKeysSection, StatementKeysSection } from './SigningKeysSection';
import { OperatorTokenKeys } from './TokenKeysSection';
import { RehearseKit, RestoreKey } from './UseSheets';
import { KeyStatus, KitStatus } from './words';

/** Every key: what it protects, its age, when it rotates next, its kit, and what would be lost with it. */
export function KeysPage() {
  const keys = useQuery(installation.query.keys.tenants.queryOptions({ input: {} }));
  const [dialogue, setDialogue] = useState<ReactNode>(null);
  const close = () => setDialogue(null);
  return (
    <>
      <PageHeader
        title="Keys"
        description="What protects what, how old it is, when it rotates next, and what would be lost with it."
        actions={
          <div className={classes.actions}>
            <Button variant="default" onClick={() => setDialogue(<RestoreKey onClose={close} />)}>
              Restore a key…
            </Button>
            <Button variant="default" onClick={() => setDialogue(<RehearseKit onClose={close} />)}>
              Rehearse a kit…
            </Button>
          </div>
        }
      />
      {keys.isError && !keys.data ? (
        <ErrorNotice error={keys.error} doing="The keys could not be read." onRetry={keys.refetch} />
      ) : (
        <div className={classes.page}>
          <InventorySection keys={keys.data} />
          <Section
            title="Database keys"
            description="One for each tenant, in the keychain. It protects the tenant’s database and, through the keys wrapped under it, every message and file. Lost without a kit, all of that is."
            padding="flush"
          >
            <DataTable
              label="Database keys of the tenants"
              rows={keys.data?.tenants}
              rowKey={({ tenantId }) => tenantId}
              columns={columnsFor(setDialogue, close)}
              empty={
                <EmptyState icon={IconKey} title="No tenant, no key">
                  A key is made with each tenant.
                </EmptyState>
              }
            />
          </Section>
          <InstallationKeySection state={keys.data?.installation} />
          {keys.data && <PolicySection policy={keys.data.policy} />}
          {keys.data && <StatementKeysSection keys={keys.data.statementKeys} />}
          {keys.data && <CheckpointKeysSection keys={keys.data.checkpointKeys} />}
          <OperatorTokenKeys />
          <CertificatesSection />
        </div>
      )}
      {dialogue}
    </>
  );
}

function columnsFor(
  show: (dialogue: ReactNode) => void,
  close: () => void,
): readonly Column<TenantKeyState>[] {
  return [
    { key: 'name', header: 'Tenant', render: ({ name }) => name },
    { key: 'state', header: 'State', render: (state) => <KeyStatus state={state} /> },
    {
      key: 'made',
      header: 'Made',
      hideBelow: 'sm',
      render: ({ createdAt }) => (createdAt === null ? '–' : <RelativeTime at={createdAt} />),
    },
    {
      key: 'due',
      header: 'Rotates next',
      hideBelow: 'md',
      render: ({ dueAt }) => (dueAt === null ? '–' : <RelativeTime at={dueAt} />),
    },
    {
      key: 'fingerprint',
      header: 'Fingerprint',
      hideBelow: 'lg',
      render: ({ fingerprint }) =>
        fingerprint ? <Identifier value={fingerprint} label="fingerprint of the key" shorten={6} /> : '–',
    },
    { key: 'kit', header: 'Recovery kit', hideBelow: 'lg', render: ({ kit }) => <KitStatus kit={kit} /> },
    {
      key: 'act',
      header: 'What can be done',
      headerHidden: true,
      align: 'right',
      render: ({ tenantId, name, rotating }) => (
        <div className={classes.rowActions}>
          <Button
            size="xs"
            variant="default"
            aria-label={`${rotating ? 'Progress' : 'Rotate…'} ${name}`}
            onClick={() =>
              show(<RotateKey tenantId={tenantId} name={name} rotating={rotating} onClose={close} />)
            }
          >
            {rotating ? 'Progress' : 'Rotate…'}
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={`Kit… ${name}`}
            onClick={() => show(<MakeKit tenantId={tenantId} subject={name} onClose={close} />)}
          >
            Kit…
          </Button>
        </div>
      ),
    },
  ];
}
