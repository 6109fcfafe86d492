import { Group, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { CertificateInputs } from './CertificateInputs';
import { EVERYWHERE, type ListenerFields, THIS_MACHINE } from './fields';

interface ListenerInputsProps {
  form: UseFormReturnType<ListenerFields>;
  hasCertificate: boolean;
}

/** Where a listener of the console answers, and with which certificate. */
export function ListenerInputs({ form, hasCertificate }: ListenerInputsProps) {
  const { address, certificate } = form.getValues();
  const places = [
    { value: THIS_MACHINE, label: 'Programs on this machine' },
    { value: EVERYWHERE, label: 'Everybody who reaches this machine' },
  ];
  const isOther = !places.some(({ value }) => value === address);
  return (
    <Stack gap="md">
      <Select
        label="Who can reach it"
        allowDeselect={false}
        data={isOther ? [...places, { value: address, label: `Whoever reaches ${address}` }] : places}
        {...form.getInputProps('address')}
      />
      <Group gap="sm" align="flex-start" wrap="nowrap">
        <TextInput
          label="Name"
          description="The only name under which it answers."
          spellCheck={false}
          autoCapitalize="none"
          style={{ flex: 1 }}
          {...form.getInputProps('name')}
        />
        <NumberInput
          label="Port"
          description="Above 1,023."
          w={112}
          min={1}
          max={65_535}
          allowDecimal={false}
          hideControls
          {...form.getInputProps('port')}
        />
      </Group>
      <CertificateInputs form={form} hasCertificate={hasCertificate} chosen={certificate} />
    </Stack>
  );
}
