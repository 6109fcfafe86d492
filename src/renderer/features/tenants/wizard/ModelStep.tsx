import { Radio, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Model } from '../../../../contract';
import { installation } from '../../../app/api';
import { ErrorNotice, placeLabel, SkeletonPanel, Status } from '../../../ui';
import { ChoiceCard } from './ChoiceCard';
import type { WizardForm, WizardValues } from './wizardForm';

/** Why the residency policy keeps a model from the tenant, or `null` when it does not. */
function obstacle(model: Model, { mode, regions }: WizardValues['residency']): string | null {
  if (model.place.kind !== 'cloud' || mode === 'cloud-allowed') return null;
  if (mode === 'local-only') return 'The residency policy is local-only.';
  const { region } = model.place;
  return region && regions.includes(region) ? null : 'Its region is not one of the policy’s.';
}

/** Which model answers first. */
export function ModelStep({ form }: { form: WizardForm }) {
  const models = useQuery(installation.query.models.list.queryOptions({ input: {} }));
  const { residency, model: chosen } = form.values;
  const chat = models.data?.filter((model) => model.kind === 'chat');
  const usable = chat?.filter((model) => obstacle(model, residency) === null);
  const first = (usable?.find((model) => !model.starter && model.provider !== 'extractive') ?? usable?.[0])
    ?.id;
  const stale = chosen !== '' && usable !== undefined && !usable.some((model) => model.id === chosen);
  const { setFieldValue } = form;
  useEffect(() => {
    if (first && (chosen === '' || stale)) setFieldValue('model', first);
  }, [first, chosen, stale, setFieldValue]);

  if (models.isError) {
    return (
      <ErrorNotice error={models.error} doing="The models could not be listed." onRetry={models.refetch} />
    );
  }
  if (!chat) return <SkeletonPanel lines={6} />;
  return (
    <Radio.Group aria-label="Model" {...form.getInputProps('model')}>
      <Stack gap="xs">
        {chat.map((model) => (
          <Choice key={model.id} model={model} refusal={obstacle(model, residency)} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function Choice({ model, refusal }: { model: Model; refusal: string | null }) {
  const extractive = model.provider === 'extractive';
  const facts = [model.parameters, model.quantization, model.licence].filter(Boolean).join(', ');
  const words = extractive
    ? 'No language model: quotes the tenant’s documents with their sources and invents nothing.'
    : `${facts}${facts ? '. ' : ''}${model.starter ? 'Comes with the console; small, so check what it says. Its answers end at 512 tokens unless Settings says otherwise.' : ''}`;
  return (
    <ChoiceCard
      value={model.id}
      label={extractive ? 'Quotations from documents' : model.name}
      disabled={refusal !== null}
      aside={
        model.place.kind === 'cloud' ? (
          <Status tone="info" label={placeLabel(model.place)} />
        ) : (
          <Status tone="ok" icon="lock" label={placeLabel(model.place)} />
        )
      }
    >
      {refusal ?? words}
    </ChoiceCard>
  );
}
