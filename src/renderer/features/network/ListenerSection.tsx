import { Button, Group, Modal, NumberInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ListenerCertificateChoice, SignOnListener } from '../../../contract';
import { installation } from '../../app/api';
import {
  ErrorNotice,
  fieldProblems,
  format,
  Identifier,
  KeyValueList,
  Section,
  SkeletonPanel,
  Status,
  saveFile,
} from '../../ui';

const STATES: Record<SignOnListener['state'], { tone: 'ok' | 'idle' | 'bad'; label: string }> = {
  open: { tone: 'ok', label: 'Open' },
  closed: { tone: 'idle', label: 'Closed: no tenant has enabled a provider that needs it' },
  failed: { tone: 'bad', label: 'Could not be opened' },
};

/** The listener to which browsers and providers of sign-on come back. */
export function ListenerSection() {
  const listener = useQuery(installation.query.signOn.listener.queryOptions({ input: {} }));
  const [opened, dialogue] = useDisclosure(false);
  return (
    <Section
      title="Listener of sign-on"
      description="Where browsers come back from the provider of an organisation, and where it tells of sign-outs. It answers nothing else."
      actions={
        listener.data && (
          <Button variant="default" onClick={dialogue.open}>
            Change…
          </Button>
        )
      }
    >
      {listener.data ? (
        <Facts listener={listener.data} />
      ) : listener.isError ? (
        <ErrorNotice
          error={listener.error}
          doing="The listener could not be read."
          onRetry={listener.refetch}
        />
      ) : (
        <SkeletonPanel lines={3} />
      )}
      <Modal opened={opened} onClose={dialogue.close} title="Listener of sign-on" size={600}>
        {listener.data && <ListenerForm listener={listener.data} onClose={dialogue.close} />}
      </Modal>
    </Section>
  );
}

function Facts({
  listener: { settings, baseUrl, state, problem, certificate },
}: {
  listener: SignOnListener;
}) {
  return (
    <Stack gap="md">
      <KeyValueList
        items={[
          {
            label: 'State',
            value: <Status tone={STATES[state].tone} label={problem ?? STATES[state].label} />,
          },
          { label: 'Addresses begin with', value: <Identifier value={baseUrl} label="address" /> },
          {
            label: 'Listens at',
            value: `${settings.address}, port ${settings.port}${settings.address.startsWith('127.') ? ' (this machine alone)' : ''}`,
          },
          ...(certificate
            ? [
                {
                  label: 'Certificate',
                  value: certificate.kind === 'own' ? 'Your own' : 'Made by this console',
                },
                {
                  label: 'Fingerprint (SHA-256)',
                  value: <Identifier value={certificate.fingerprint} label="fingerprint" />,
                },
                { label: 'Valid until', value: format.day(certificate.validTo) },
              ]
            : [{ label: 'Certificate', value: 'Made when the listener is opened first' }]),
        ]}
      />
      {certificate?.kind === 'internal' && (
        <Stack gap="xs" align="flex-start">
          <div>
            No authority signed it, so a browser warns of it. Compare the fingerprint in the browser with this
            one, or have the certificate trusted on the machines of your people. It vouches for this name
            alone.
          </div>
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => saveFile('sign-on-listener.pem', 'application/x-pem-file', [certificate.pem])}
          >
            Save the certificate
          </Button>
        </Stack>
      )}
    </Stack>
  );
}

interface Fields {
  name: string;
  address: string;
  port: number;
  kind: ListenerCertificateChoice['kind'];
  chain: string;
  key: string;
}

function choiceOf({ kind, chain, key }: Fields): ListenerCertificateChoice {
  return kind === 'own' ? { kind, chain, key } : { kind };
}

function ListenerForm({ listener, onClose }: { listener: SignOnListener; onClose: () => void }) {
  const cache = useQueryClient();
  const form = useForm<Fields>({
    initialValues: {
      ...listener.settings,
      kind: listener.certificate ? 'kept' : 'internal',
      chain: '',
      key: '',
    },
  });
  const change = useMutation({
    mutationFn: (fields: Fields) =>
      installation.client.signOn.setListener({
        settings: { name: fields.name, address: fields.address, port: fields.port },
        certificate: choiceOf(fields),
      }),
    onSuccess: async () => {
      onClose();
      await cache.invalidateQueries({ queryKey: installation.query.signOn.key() });
    },
    onError: (error) =>
      form.setErrors(
        Object.fromEntries(
          Object.entries(fieldProblems(error)).map(([path, problem]) => [
            path.replace(/^(settings|certificate)\./, ''),
            problem,
          ]),
        ),
      ),
  });
  return (
    <form onSubmit={form.onSubmit((fields) => change.mutate(fields))} noValidate>
      <Stack gap="md">
        <div>
          Providers have these addresses registered: after a change of name or port each has to be given the
          new ones.
        </div>
        <TextInput
          data-autofocus
          label="Name"
          description="By which browsers and providers reach it. Providers that tell of sign-outs must be able to resolve it."
          spellCheck={false}
          autoCapitalize="none"
          {...form.getInputProps('name')}
        />
        <Group gap="sm" align="flex-start" grow>
          <TextInput
            label="Address"
            description="127.0.0.1: this machine alone. 0.0.0.0: every network that it is in."
            spellCheck={false}
            {...form.getInputProps('address')}
          />
          <NumberInput
            label="Port"
            description="From 1 to 65,535."
            min={1}
            max={65_535}
            allowDecimal={false}
            thousandSeparator=""
            hideControls
            {...form.getInputProps('port')}
            onChange={(value) => form.setFieldValue('port', Number(value))}
          />
        </Group>
        <Select
          label="Certificate"
          allowDeselect={false}
          data={[
            ...(listener.certificate ? [{ value: 'kept', label: 'The present one' }] : []),
            { value: 'internal', label: 'A new one, made by this console' },
            { value: 'own', label: 'One of your own' },
          ]}
          {...form.getInputProps('kind')}
        />
        {form.values.kind === 'own' && (
          <>
            <Textarea
              label="Certificate and those up to its authority"
              placeholder="-----BEGIN CERTIFICATE-----"
              spellCheck={false}
              autosize
              minRows={3}
              maxRows={6}
              {...form.getInputProps('chain')}
            />
            <Textarea
              label="Private key"
              description="In PEM, without a password. It is sealed and never shown again."
              placeholder="-----BEGIN PRIVATE KEY-----"
              spellCheck={false}
              autosize
              minRows={3}
              maxRows={6}
              {...form.getInputProps('key')}
            />
          </>
        )}
        {change.isError && <ErrorNotice error={change.error} fieldsMarked />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={change.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
