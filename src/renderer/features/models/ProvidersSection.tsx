import { ActionIcon, Anchor, Button, Tooltip } from '@mantine/core';
import { IconKey, IconPlus, IconSearch, IconServerOff, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { Provider, ProviderLoad } from '../../../contract';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorNotice,
  format,
  placeLabel,
  Section,
  Status,
} from '../../ui';
import classes from './models.module.css';
import { PlacesDialog } from './PlacesDialog';
import { useProviderLoads, useProviders } from './useModels';
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
  const loads = useProviderLoads().data;
  const loadOf = (provider: Provider) => loads?.find((load) => load.provider === provider.id);
  const [placing, setPlacing] = useState<Provider | null>(null);
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
          columns={columnsFor(loadOf, setPlacing, onRemove)}
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
      <PlacesDialog
        provider={placing}
        places={(placing && loadOf(placing)?.places) ?? 1}
        onClose={() => setPlacing(null)}
      />
    </Section>
  );
}

function columnsFor(
  loadOf: (provider: Provider) => ProviderLoad | undefined,
  onPlaces: (provider: Provider) => void,
  onRemove: (provider: Provider) => void,
): readonly Column<Provider>[] {
  return [
    { key: 'name', header: 'Provider', render: (provider) => <Name provider={provider} /> },
    { key: 'state', header: 'State', render: (provider) => <State provider={provider} /> },
    { key: 'place', header: 'Runs on', hideBelow: 'sm', render: ({ place }) => placeLabel(place) },
    {
      key: 'load',
      header: 'At once',
      hideBelow: 'sm',
      render: (provider) => (
        <Load provider={provider} load={loadOf(provider)} onChange={() => onPlaces(provider)} />
      ),
    },
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

interface LoadProps {
  provider: Provider;
  load: ProviderLoad | undefined;
  onChange: () => void;
}

/** How many answers are made now, and how many questions wait, the longest of them for whom. */
function Load({ provider, load, onChange }: LoadProps) {
  if (!load) return '–';
  const words = `${format.count(load.running)} of ${format.count(load.places)}`;
  return (
    <div className={classes.state}>
      {provider.kind === 'embedded' ? (
        <span className="num">{words}</span>
      ) : (
        <Anchor
          component="button"
          type="button"
          size="sm"
          className="num"
          aria-label={`${words} answers at once of ${provider.name}: change`}
          onClick={onChange}
        >
          {words}
        </Anchor>
      )}
      {load.waiting > 0 && (
        <span>
          {format.count(load.waiting)} waiting
          {load.longest && `, ${load.longest.tenantName} for ${format.duration(load.longest.waitedMs)}`}
        </span>
      )}
      {load.turnedAway > 0 && <span>{format.count(load.turnedAway)} turned away</span>}
    </div>
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
