import { Button } from '@mantine/core';
import { IconCertificate, IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { SignedStatement } from '../../../contract';
import { installation } from '../../app/api';
import { type Column, DataTable, EmptyState, ErrorNotice, RelativeTime, Section } from '../../ui';
import { saveStatement } from './saveStatement';

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
