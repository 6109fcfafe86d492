import { Group, NumberInput, Radio, Select, Stack, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
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
      <Radio.Group label="Certificate" {...form.getInputProps('certificate')}>
        <Stack gap="xs" mt="xs">
          {hasCertificate && <Radio value="kept" label="The one that there is" />}
          <Radio
            value="internal"
            label="A new one that the console makes"
            description="Whoever calls has to be given it, because no authority vouches for it."
          />
          <Radio value="own" label="One of your own authority" />
        </Stack>
      </Radio.Group>
      {certificate === 'own' && (
        <>
          <Textarea
            label="Certificate chain"
            description="In PEM, the console’s own certificate first."
            placeholder="-----BEGIN CERTIFICATE-----"
            autosize
            minRows={3}
            maxRows={8}
            spellCheck={false}
            classNames={{ input: 'mono' }}
            {...form.getInputProps('chain')}
          />
          <Textarea
            label="Private key"
            description="In PEM, without a password. It is sealed and never shown again."
            placeholder="-----BEGIN PRIVATE KEY-----"
            autosize
            minRows={3}
            maxRows={8}
            spellCheck={false}
            classNames={{ input: 'mono' }}
            {...form.getInputProps('key')}
          />
        </>
      )}
    </Stack>
  );
}
