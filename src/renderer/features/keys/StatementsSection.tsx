import { Button } from '@mantine/core';
import { IconCertificate, IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SignedStatement, StatementKey } from '../../../contract';
import { installation } from '../../app/api';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorNotice,
  Identifier,
  RelativeTime,
  Section,
  Status,
} from '../../ui';
import { saveStatement } from './saveStatement';

const KEY_COLUMNS: readonly Column<StatementKey>[] = [
  { key: 'version', header: 'Version', align: 'right', render: ({ version }) => version },
  {
    key: 'state',
    header: 'State',
    render: ({ until }) =>
      until === null ? <Status tone="ok" label="Signs now" /> : <Status tone="idle" label="Verifies only" />,
  },
  {
    key: 'id',
    header: 'Key id',
    hideBelow: 'sm',
    render: ({ keyId }) => <span className="mono">{keyId}</span>,
  },
  {
    key: 'public',
    header: 'Public key',
    render: ({ publicKey }) => <Identifier value={publicKey} label="public key" shorten={10} />,
  },
  { key: 'since', header: 'Since', hideBelow: 'md', render: ({ since }) => <RelativeTime at={since} /> },
];

/** The key that signs certificates and statements, and those that signed before. */
export function StatementKeysSection({ keys }: { keys: readonly StatementKey[] }) {
  const cache = useQueryClient();
  const rotation = useMutation({
    mutationFn: () => installation.client.keys.rotateStatementKey({}),
    onSuccess: () => cache.invalidateQueries({ queryKey: installation.query.keys.key() }),
  });
  return (
    <Section
      title="Signing keys of statements"
      description="Give the public key to whoever is to check a certificate: riscura verify FILE --public-key KEY needs nothing else. Each is made from the key of the installation and comes back with its kit."
      actions={
        <Button variant="default" loading={rotation.isPending} onClick={() => rotation.mutate()}>
          Sign with a new key
        </Button>
      }
      padding="flush"
    >
      {rotation.isError && <ErrorNotice error={rotation.error} />}
      <DataTable
        label="Signing keys of statements"
        rows={[...keys].reverse()}
        rowKey={({ version }) => String(version)}
        columns={KEY_COLUMNS}
      />
    </Section>
  );
}

interface Certificate {
  readonly signed: SignedStatement;
  readonly by: string | null;
}

const CERTIFICATE_COLUMNS: readonly Column<Certificate>[] = [
  { key: 'name', header: 'Tenant', render: ({ signed }) => signed.statement.name },
  {
    key: 'at',
    header: 'Deleted',
    render: ({ signed: { statement } }) =>
      statement.kind === 'tenant-deletion' ? <RelativeTime at={statement.deletedAt} /> : '–',
  },
  {
    key: 'by',
    header: 'By',
    hideBelow: 'md',
    render: ({ by }) => by ?? 'Removed person',
  },
  {
    key: 'save',
    header: 'Save',
    headerHidden: true,
    align: 'right',
    render: ({ signed }) => (
      <Button
        size="xs"
        variant="default"
        leftSection={<IconDownload size={14} />}
        onClick={() => saveStatement(signed)}
      >
        Save the certificate
      </Button>
    ),
  },
];

/** The certificates of tenants that were deleted. */
export function CertificatesSection() {
  const certificates = useQuery(installation.query.keys.certificates.queryOptions({ input: {} }));
  return (
    <Section
      title="Deletion certificates"
      description="What was deleted, when, by whom, and that its key was destroyed: signed."
      padding="flush"
    >
      {certificates.isError ? (
        <ErrorNotice
          error={certificates.error}
          doing="The certificates could not be read."
          onRetry={certificates.refetch}
        />
      ) : (
        <DataTable
          label="Deletion certificates"
          rows={certificates.data}
          rowKey={({ signed }) => signed.signature}
          columns={CERTIFICATE_COLUMNS}
          empty={
            <EmptyState icon={IconCertificate} title="No tenant was deleted">
              Each deletion leaves a certificate here.
            </EmptyState>
          }
        />
      )}
    </Section>
  );
}
