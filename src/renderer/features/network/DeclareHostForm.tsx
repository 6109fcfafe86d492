import { Button, Group, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { HostPurpose } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, fieldProblems } from '../../ui';
import { useShowPolicy } from './useNetworkPolicy';

/** The purposes in words. */
export const PURPOSES: Record<HostPurpose, string> = {
  model: 'Models',
  directory: 'Directory',
  mail: 'Mail',
  archive: 'Archive',
};

const PORTS: Record<HostPurpose, number> = { model: 11434, directory: 636, mail: 587, archive: 443 };

/** Declares a host that may be reached, with its purpose. */
export function DeclareHostForm({ onClose }: { onClose: () => void }) {
  const show = useShowPolicy();
  const form = useForm({
    initialValues: { host: '', port: PORTS.model, purpose: 'model' as HostPurpose, note: '' },
    validate: {
      host: (value) => (/^[a-z0-9.:-]{1,253}$/i.test(value.trim()) ? null : 'A host name or address'),
      port: (value) => (value >= 1 && value <= 65_535 ? null : 'From 1 to 65,535'),
    },
  });
  const declaration = useMutation({
    mutationFn: (values: typeof form.values) => installation.client.network.declareHost(values),
    onSuccess: async (policy) => {
      onClose();
      await show(policy);
    },
    onError: (error) => form.setErrors(fieldProblems(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => declaration.mutate(values))} noValidate>
      <Stack gap="md">
        <Select
          label="Purpose"
          allowDeselect={false}
          data={HostPurpose.options.map((value) => ({ value, label: PURPOSES[value] }))}
          {...form.getInputProps('purpose')}
          onChange={(value) => {
            const purpose = HostPurpose.parse(value);
            form.setValues({ purpose, port: PORTS[purpose] });
          }}
        />
        <Group gap="sm" align="flex-start" wrap="nowrap">
          <TextInput
            data-autofocus
            label="Host"
            placeholder="gpu-01.internal"
            spellCheck={false}
            autoCapitalize="none"
            style={{ flex: 1 }}
            {...form.getInputProps('host')}
          />
          <NumberInput
            label="Port"
            w={112}
            min={1}
            max={65_535}
            allowDecimal={false}
            hideControls
            {...form.getInputProps('port')}
            onChange={(value) => form.setFieldValue('port', Number(value))}
          />
        </Group>
        <TextInput
          label="Note"
          description="What it is and who runs it, for the auditor."
          maxLength={300}
          {...form.getInputProps('note')}
        />
        {declaration.isError && <ErrorNotice error={declaration.error} fieldsMarked />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={declaration.isPending}>
            Declare host
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
