import { Badge, Button, Drawer, Group } from '@mantine/core';
import { IconCoin, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Model, Provider } from '../../../contract';
import { installation } from '../../app/api';
import {
  ErrorNotice,
  format,
  Identifier,
  type KeyValue,
  KeyValueList,
  placeLabel,
  SkeletonPanel,
} from '../../ui';
import classes from './models.module.css';
import { isRemovable, nameOf, noPriceMeaning, noPriceWords, priceWords } from './words';

interface ModelDetailsProps {
  model: Model | null;
  providers: readonly Provider[];
  onClose: () => void;
  onPrice: (model: Model) => void;
  onRemove: (model: Model) => void;
}

/** All that is known of a model: its facts, its price, its licence text and its template. */
export function ModelDetails({ model, providers, onClose, onPrice, onRemove }: ModelDetailsProps) {
  return (
    <Drawer
      opened={model !== null}
      onClose={onClose}
      position="right"
      size={520}
      title={model ? nameOf(model) : ''}
    >
      {model && (
        <>
          <Group gap="xs" mb="sm">
            {model.starter && (
              <Badge variant="light" radius="sm" tt="none">
                Starter model: small, for a first answer
              </Badge>
            )}
            {model.kind === 'embedding' && (
              <Badge variant="default" radius="sm" tt="none">
                Embedding: finds passages, writes nothing
              </Badge>
            )}
          </Group>
          <KeyValueList items={factsOf(model, providers)} />
          <Group gap="xs" mt="md">
            <Button
              variant="default"
              leftSection={<IconCoin aria-hidden size={16} />}
              onClick={() => onPrice(model)}
            >
              Set price
            </Button>
            {isRemovable(model, providers) && (
              <Button
                variant="default"
                c="var(--rc-bad)"
                leftSection={<IconTrash aria-hidden size={16} />}
                onClick={() => onRemove(model)}
              >
                Delete model
              </Button>
            )}
          </Group>
          <Texts model={model} />
        </>
      )}
    </Drawer>
  );
}

function factsOf(model: Model, providers: readonly Provider[]): KeyValue[] {
  const { id, provider, place, sizeBytes, parameters, quantization, contextTokens, digest, licence } = model;
  const unknown = <span className="muted">not known</span>;
  return [
    { label: 'Id', value: <Identifier value={id} label="model id" /> },
    { label: 'Provider', value: providers.find((each) => each.id === provider)?.name ?? provider },
    { label: 'Runs on', value: placeLabel(place) },
    { label: 'Size', value: sizeBytes === null ? unknown : format.bytes(sizeBytes) },
    { label: 'Parameters', value: parameters ?? unknown },
    { label: 'Quantization', value: quantization ?? unknown },
    { label: 'Context', value: contextTokens === null ? unknown : format.plural(contextTokens, 'token') },
    {
      label: 'Weights, SHA-256',
      value: digest ? <Identifier value={digest} label="digest of the weights" /> : unknown,
    },
    { label: 'Licence', value: licence ?? unknown },
    {
      label: 'Price',
      value: model.price ? priceWords(model.price) : `${noPriceWords(model)}. ${noPriceMeaning(model)}`,
    },
  ];
}

function Texts({ model }: { model: Model }) {
  const shown = useQuery(installation.query.models.show.queryOptions({ input: { id: model.id } }));
  if (shown.isError) {
    return (
      <>
        <h3 className={classes.heading}>Licence</h3>
        <ErrorNotice error={shown.error} doing="The licence could not be read." onRetry={shown.refetch} />
      </>
    );
  }
  if (!shown.data) return <SkeletonPanel lines={6} />;
  const { licenceText, template } = shown.data;
  return (
    <>
      <h3 className={classes.heading}>Licence</h3>
      {licenceText ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className={classes.text} aria-label="Licence text" tabIndex={0}>
          {licenceText}
        </section>
      ) : (
        <p className="muted">The provider hands out no licence text.</p>
      )}
      {template && (
        <>
          <h3 className={classes.heading}>Prompt template</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <section className={classes.text} aria-label="Prompt template" tabIndex={0}>
            {template}
          </section>
        </>
      )}
    </>
  );
}
