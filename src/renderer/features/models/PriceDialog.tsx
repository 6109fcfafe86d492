import { Button, Group, Modal, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { Currency, type Model, type Price } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice } from '../../ui';
import { decimalOf, microsOf } from './decimal';
import { useModelsChanged } from './useModels';
import { nameOf } from './words';

const DEFAULT_CURRENCY = 'EUR';

interface PriceDialogProps {
  model: Model | null;
  onClose: () => void;
}

/** Asks what a model costs: for tokens, or for the seconds a machine of the house works. */
export function PriceDialog({ model, onClose }: PriceDialogProps) {
  return (
    <Modal
      opened={model !== null}
      onClose={onClose}
      title={model ? `Price of ${nameOf(model)}` : 'Price'}
      size={460}
    >
      {model && <PriceForm model={model} onClose={onClose} />}
    </Modal>
  );
}

interface PriceFields {
  per: Price['per'];
  currency: string;
  input: string;
  output: string;
  amount: string;
}

function fieldsOf(price: Price | null): PriceFields {
  const empty: PriceFields = {
    per: 'million-tokens',
    currency: DEFAULT_CURRENCY,
    input: '',
    output: '',
    amount: '',
  };
  if (!price) return empty;
  if (price.per === 'compute-second') {
    return {
      ...empty,
      per: price.per,
      currency: price.amount.currency,
      amount: decimalOf(price.amount.micros),
    };
  }
  return {
    ...empty,
    currency: price.input.currency,
    input: decimalOf(price.input.micros),
    output: decimalOf(price.output.micros),
  };
}

function priceOf({ per, currency, input, output, amount }: PriceFields): Price {
  const money = (typed: string) => ({ micros: microsOf(typed) ?? 0, currency });
  if (per === 'compute-second') return { per, amount: money(amount) };
  return { per, input: money(input), output: money(output) };
}

const isAmount = (typed: string) =>
  microsOf(typed) === null ? 'An amount such as 0.15, with at most six decimals' : null;

function PriceForm({ model, onClose }: { model: Model; onClose: () => void }) {
  const changed = useModelsChanged();
  const form = useForm({
    initialValues: fieldsOf(model.price),
    validate: {
      currency: (value) => (Currency.safeParse(value).success ? null : 'Three capital letters, such as EUR'),
      input: (value, { per }) => (per === 'million-tokens' ? isAmount(value) : null),
      output: (value, { per }) => (per === 'million-tokens' ? isAmount(value) : null),
      amount: (value, { per }) => (per === 'compute-second' ? isAmount(value) : null),
    },
  });
  const save = useMutation({
    mutationFn: (price: Price | null) => installation.client.models.setPrice({ id: model.id, price }),
    onSuccess: async (_, price) => {
      onClose();
      notifications.show({
        title: price ? 'Price set' : 'Price removed',
        message: `${nameOf(model)}: it holds for the answers from now on.`,
      });
      await changed();
    },
  });
  const { per, currency } = form.values;
  return (
    <form noValidate onSubmit={form.onSubmit((values) => save.mutate(priceOf(values)))}>
      <Stack gap="md">
        <SegmentedControl
          aria-label="Priced per"
          fullWidth
          data={[
            { value: 'million-tokens', label: 'Million tokens' },
            { value: 'compute-second', label: 'Compute-second' },
          ]}
          {...form.getInputProps('per')}
        />
        <TextInput
          label="Currency"
          description="ISO 4217"
          w={120}
          maxLength={3}
          autoCapitalize="characters"
          {...form.getInputProps('currency')}
          onChange={(event) => form.setFieldValue('currency', event.currentTarget.value.toUpperCase())}
        />
        {per === 'million-tokens' ? (
          <Group grow align="flex-start">
            <TextInput
              data-autofocus
              label="Read by the model"
              description={`${currency} per million tokens`}
              placeholder="0.15"
              inputMode="decimal"
              {...form.getInputProps('input')}
            />
            <TextInput
              label="Written by the model"
              description={`${currency} per million tokens`}
              placeholder="0.60"
              inputMode="decimal"
              {...form.getInputProps('output')}
            />
          </Group>
        ) : (
          <TextInput
            data-autofocus
            label="Price of a second"
            description={`${currency} for each second in which the model works on an answer`}
            placeholder="0.0004"
            inputMode="decimal"
            {...form.getInputProps('amount')}
          />
        )}
        {save.isError && <ErrorNotice error={save.error} />}
        <Group justify="space-between" gap="xs">
          {model.price ? (
            <Button
              variant="subtle"
              color="gray"
              loading={save.isPending && save.variables === null}
              onClick={() => save.mutate(null)}
            >
              Remove price
            </Button>
          ) : (
            <span />
          )}
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending && save.variables !== null}>
              Set price
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
