import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PublicSigningKey } from '../../../contract';
import { installation } from '../../app/api';
import { type Column, DataTable, ErrorNotice, Identifier, RelativeTime, Section, Status } from '../../ui';

const COLUMNS: readonly Column<PublicSigningKey>[] = [
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

interface SigningKeysSectionProps {
  title: string;
  description: string;
  keys: readonly PublicSigningKey[];
  rotate: () => Promise<unknown>;
}

/** A key of the installation that signs, and those that signed before. */
function SigningKeysSection({ title, description, keys, rotate }: SigningKeysSectionProps) {
  const cache = useQueryClient();
  const rotation = useMutation({
    mutationFn: rotate,
    onSuccess: () => cache.invalidateQueries({ queryKey: installation.query.keys.key() }),
  });
  return (
    <Section
      title={title}
      description={description}
      actions={
        <Button
          variant="default"
          aria-label={`Sign with a new key: ${title}`}
          loading={rotation.isPending}
          onClick={() => rotation.mutate()}
        >
          Sign with a new key
        </Button>
      }
      padding="flush"
    >
      {rotation.isError && <ErrorNotice error={rotation.error} />}
      <DataTable
        label={title}
        rows={[...keys].reverse()}
        rowKey={({ version }) => String(version)}
        columns={COLUMNS}
      />
    </Section>
  );
}

/** The key that signs certificates and statements, and those that signed before. */
export function StatementKeysSection({ keys }: { keys: readonly PublicSigningKey[] }) {
  return (
    <SigningKeysSection
      title="Signing keys of statements"
      description="Give the public key to whoever is to check a certificate: riscura verify FILE --public-key KEY needs nothing else. Each is made from the key of the installation and comes back with its kit."
      keys={keys}
      rotate={() => installation.client.keys.rotateStatementKey({})}
    />
  );
}

/** How long it may take to close everything and to open it again. */
const PATIENCE_MS = 60_000;

/** The key that signs the checkpoints of every audit chain, and those that signed before. */
export function CheckpointKeysSection({ keys }: { keys: readonly PublicSigningKey[] }) {
  return (
    <SigningKeysSection
      title="Signing keys of audit checkpoints"
      description="Each new key is vouched for by the one before, so a chain verifies with the public key that you kept. Everything is closed and opened again for it; answers that are being made are cut off."
      keys={keys}
      rotate={() => installation.client.keys.rotateCheckpointKey({}, { context: { timeoutMs: PATIENCE_MS } })}
    />
  );
}
