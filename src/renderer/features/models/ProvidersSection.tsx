import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconKey, IconPlus, IconSearch, IconServerOff, IconTrash } from '@tabler/icons-react';
import type { Provider } from '../../../contract';
import { type Column, DataTable, EmptyState, ErrorNotice, placeLabel, Section, Status } from '../../ui';
import classes from './models.module.css';
import { useProviders } from './useModels';
import { PROVIDER_KINDS, PROVIDER_STATES } from './words';

interface ProvidersSectionProps {
  onDeclare: () => void;
  onDiscover: () => void;
  discovering: boolean;
  onRemove: (provider: Provider) => void;
}

/** The declared providers: where each runs, how it is, and what is the matter when it is not ready. */
export function ProvidersSection(props: ProvidersSectionProps) {
  const { onDeclare, onDiscover, discovering, onRemove } = props;
  const providers = useProviders();
  return (
    <Section
      title="Providers"
      description="Who runs the models. The console connects only to hosts that are declared."
      padding="flush"
      actions={
        <>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconSearch aria-hidden size={14} />}
            loading={discovering}
            onClick={onDiscover}
          >
            Look for Ollama
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus aria-hidden size={14} />}
            onClick={onDeclare}
          >
            Declare a provider
          </Button>
        </>
      }
    >
      {providers.isError && !providers.data ? (
        <div className={classes.inset}>
          <ErrorNotice
            error={providers.error}
            doing="The providers could not be read."
            onRetry={providers.refetch}
          />
        </div>
      ) : (
        <DataTable
          label="Providers"
          columns={columnsFor(onRemove)}
          rows={providers.data}
          rowKey={(provider) => provider.id}
          skeletonRows={3}
          empty={
            <EmptyState icon={IconServerOff} title="No provider is declared">
              Look for an Ollama on this machine, or declare one.
            </EmptyState>
          }
        />
      )}
    </Section>
  );
}

function columnsFor(onRemove: (provider: Provider) => void): readonly Column<Provider>[] {
  return [
    { key: 'name', header: 'Provider', render: (provider) => <Name provider={provider} /> },
    { key: 'state', header: 'State', render: (provider) => <State provider={provider} /> },
    { key: 'place', header: 'Runs on', hideBelow: 'sm', render: ({ place }) => placeLabel(place) },
    {
      key: 'address',
      header: 'Address',
      hideBelow: 'lg',
      render: ({ baseUrl }) => (baseUrl ? <span className="mono">{baseUrl}</span> : '–'),
    },
    {
      key: 'key',
      header: 'Key',
      hideBelow: 'md',
      render: ({ hasKey }) =>
        hasKey ? (
          <span className={classes.key}>
            <IconKey aria-hidden size={14} /> In the keychain
          </span>
        ) : (
          '–'
        ),
    },
    {
      key: 'version',
      header: 'Version',
      hideBelow: 'lg',
      render: ({ version }) => (version ? <span className="mono">{version}</span> : '–'),
    },
    {
      key: 'remove',
      header: 'Remove',
      align: 'right',
      render: (provider) =>
        provider.kind === 'embedded' || provider.kind === 'extractive' ? (
          <span className="muted">Built in</span>
        ) : (
          <Tooltip label={`Remove ${provider.name}`}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove ${provider.name}`}
              onClick={() => onRemove(provider)}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Tooltip>
        ),
    },
  ];
}

function Name({ provider }: { provider: Provider }) {
  return (
    <span className={classes.name}>
      <span className="truncate">{provider.name}</span>
      <span className={classes.note}>{PROVIDER_KINDS[provider.kind]}</span>
    </span>
  );
}

function State({ provider }: { provider: Provider }) {
  return (
    <div className={classes.state}>
      <Status {...PROVIDER_STATES[provider.state]} />
      {provider.problem && <span>{provider.problem}</span>}
    </div>
  );
}
