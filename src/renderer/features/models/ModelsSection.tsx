import { Badge, Button, UnstyledButton } from '@mantine/core';
import { IconCpuOff, IconDownload, IconFileImport } from '@tabler/icons-react';
import { EXTRACTIVE_MODEL, type Model, type Provider } from '../../../contract';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorNotice,
  format,
  Identifier,
  placeLabel,
  Section,
} from '../../ui';
import classes from './models.module.css';
import { useModels } from './useModels';
import { nameOf, noPriceMeaning, noPriceWords, priceWords } from './words';

interface ModelsSectionProps {
  providers: readonly Provider[];
  onShow: (model: Model) => void;
  onImport: () => void;
  /** Missing when no Ollama is declared that could pull. */
  onPull?: () => void;
}

/** The models of all providers with what an auditor asks of each: place, weights, licence, price. */
export function ModelsSection({ providers, onShow, onImport, onPull }: ModelsSectionProps) {
  const models = useModels();
  const rows = models.data?.filter((model) => model.id !== EXTRACTIVE_MODEL);
  return (
    <Section
      title="Models"
      unit={rows && format.count(rows.length)}
      padding="flush"
      description="Open one for its weights, its licence and its price."
      actions={
        <>
          {onPull && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconDownload aria-hidden size={14} />}
              onClick={onPull}
            >
              Pull a model
            </Button>
          )}
          <Button size="xs" leftSection={<IconFileImport aria-hidden size={14} />} onClick={onImport}>
            Import a GGUF
          </Button>
        </>
      }
    >
      {models.isError && !models.data ? (
        <div className={classes.inset}>
          <ErrorNotice error={models.error} doing="The models could not be read." onRetry={models.refetch} />
        </div>
      ) : (
        <DataTable
          label="Models"
          columns={columnsFor(providers, onShow)}
          rows={rows}
          rowKey={(model) => model.id}
          empty={
            <EmptyState icon={IconCpuOff} title="No model is installed">
              Import a GGUF file, or declare an Ollama. Until then questions are answered with quotations from
              the documents.
            </EmptyState>
          }
        />
      )}
    </Section>
  );
}

function columnsFor(
  providers: readonly Provider[],
  onShow: (model: Model) => void,
): readonly Column<Model>[] {
  return [
    {
      key: 'name',
      header: 'Model',
      render: (model) => (
        <span className={classes.name}>
          <UnstyledButton className={classes.open} onClick={() => onShow(model)}>
            {nameOf(model)}
          </UnstyledButton>
          {model.starter && (
            <Badge className={classes.badge} size="sm" variant="light" radius="sm" tt="none">
              Starter
            </Badge>
          )}
          {model.kind === 'embedding' && (
            <Badge className={classes.badge} size="sm" variant="default" radius="sm" tt="none">
              Embedding
            </Badge>
          )}
        </span>
      ),
    },
    {
      key: 'provider',
      header: 'Provider',
      hideBelow: 'sm',
      render: (model) => providers.find((each) => each.id === model.provider)?.name ?? model.provider,
    },
    { key: 'place', header: 'Runs on', render: ({ place }) => placeLabel(place) },
    {
      key: 'size',
      header: 'Size',
      align: 'right',
      hideBelow: 'md',
      render: ({ sizeBytes }) => (sizeBytes === null ? '–' : format.bytes(sizeBytes)),
    },
    {
      key: 'quantization',
      header: 'Quantization',
      hideBelow: 'lg',
      render: ({ quantization }) => (quantization ? <span className="mono">{quantization}</span> : '–'),
    },
    {
      key: 'context',
      header: 'Context, tokens',
      align: 'right',
      hideBelow: 'lg',
      render: ({ contextTokens }) => (contextTokens === null ? '–' : format.count(contextTokens)),
    },
    {
      key: 'digest',
      header: 'Weights, SHA-256',
      hideBelow: 'lg',
      render: ({ digest }) =>
        digest ? <Identifier value={digest} label="digest of the weights" shorten={6} /> : '–',
    },
    { key: 'licence', header: 'Licence', hideBelow: 'md', render: ({ licence }) => licence ?? '–' },
    {
      key: 'price',
      header: 'Price',
      align: 'right',
      hideBelow: 'md',
      render: (model) =>
        model.price ? (
          <span className={classes.price}>{priceWords(model.price)}</span>
        ) : (
          <span
            className={classes.price}
            data-missing={model.place.kind === 'cloud'}
            title={noPriceMeaning(model)}
          >
            {noPriceWords(model)}
          </span>
        ),
    },
  ];
}
