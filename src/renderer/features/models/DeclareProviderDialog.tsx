import {
  Anchor,
  Button,
  Checkbox,
  Group,
  Modal,
  PasswordInput,
  Radio,
  SegmentedControl,
  Stack,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { z } from 'zod';
import { type DeclareProvider, Place, Region } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, fieldProblems } from '../../ui';
import { useShowPolicy } from '../network';
import { type RemoteHost, remoteHostOf } from './remoteHost';
import { useModelsChanged } from './useModels';
import { PROVIDER_STATES } from './words';

type Declaration = z.infer<typeof DeclareProvider>;

const OLLAMA_URL = 'http://127.0.0.1:11434';

const PLACES: Record<Declaration['place'], { label: string; meaning: string }> = {
  'this-machine': { label: 'This machine', meaning: 'A server on the machine the console runs on.' },
  'this-site': { label: 'This site', meaning: 'A server in this building or its own network.' },
  cloud: { label: 'Cloud', meaning: 'Somebody else’s machines. Only tenants whose residency allows it.' },
};

interface DeclareProviderDialogProps {
  opened: boolean;
  /** The address of an Ollama that was found, to begin with. */
  found: string | null;
  onClose: () => void;
}

/** Declares an Ollama or an OpenAI-compatible server: its address, where it runs, its key. */
export function DeclareProviderDialog({ opened, found, onClose }: DeclareProviderDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Declare a provider" size={520}>
      <DeclareForm found={found} onClose={onClose} />
    </Modal>
  );
}

interface Fields {
  kind: Declaration['kind'];
  name: string;
  baseUrl: string;
  place: Declaration['place'];
  region: string;
  evidence: string;
  key: string;
  /** Whether its host is declared with it, where that is needed. */
  declareHost: boolean;
}

function declarationOf({ region, evidence, key, declareHost: _, ...rest }: Fields): Declaration {
  const cloud = rest.place === 'cloud';
  return {
    ...rest,
    name: rest.name.trim(),
    baseUrl: rest.baseUrl.trim(),
    region: cloud ? region.trim().toLowerCase() : null,
    evidence: cloud ? evidence.trim() : null,
    key: key === '' ? null : key,
  };
}

function isAddress(value: string): boolean {
  return /^https?:$/.test(URL.parse(value.trim())?.protocol ?? '');
}

/** The host of an address that is to be declared for models before anything reaches it. */
function useUndeclared() {
  const policy = useQuery(installation.query.network.policy.queryOptions({ input: {} })).data;
  return (baseUrl: string, place: Declaration['place']): RemoteHost | null => {
    const remote = place === 'this-machine' ? null : remoteHostOf(baseUrl);
    if (!policy || !remote) return null;
    const known = policy.hosts.some(
      ({ host, port, purpose }) => purpose === 'model' && host === remote.host && port === remote.port,
    );
    return known ? null : remote;
  };
}

function DeclareForm({ found, onClose }: Omit<DeclareProviderDialogProps, 'opened'>) {
  const changed = useModelsChanged();
  const showPolicy = useShowPolicy();
  const undeclared = useUndeclared();
  const form = useForm<Fields>({
    initialValues: {
      kind: 'ollama',
      name: 'Ollama',
      baseUrl: found ?? OLLAMA_URL,
      place: 'this-machine',
      region: '',
      evidence: '',
      key: '',
      declareHost: false,
    },
    validate: {
      name: (value) => (value.trim() ? null : 'A name'),
      baseUrl: (value) => (isAddress(value) ? null : 'An address that begins with http:// or https://'),
      region: (value, { place }) =>
        place !== 'cloud' || Region.safeParse(value).success ? null : 'A region such as eu-de',
      evidence: (value, { place }) =>
        place !== 'cloud' || value.trim() ? null : 'Where the claim about the region comes from',
    },
  });
  const declaration = useMutation({
    mutationFn: async (fields: Fields) => {
      const host = undeclared(fields.baseUrl, fields.place);
      if (host && fields.declareHost) {
        const note = `Provider ${fields.name.trim()}`;
        await showPolicy(await installation.client.network.declareHost({ ...host, purpose: 'model', note }));
      }
      return installation.client.models.declareProvider(declarationOf(fields));
    },
    onSuccess: async (provider) => {
      onClose();
      notifications.show({
        title: `${provider.name} is declared`,
        message: provider.problem ?? PROVIDER_STATES[provider.state].label,
      });
      await changed();
    },
    onError: (error) => form.setErrors(fieldProblems(error)),
  });
  const { kind, place, baseUrl } = form.values;
  const host = undeclared(baseUrl, place);
  return (
    <form noValidate onSubmit={form.onSubmit((fields) => declaration.mutate(fields))}>
      <Stack gap="md">
        <SegmentedControl
          aria-label="Kind of provider"
          fullWidth
          data={[
            { value: 'ollama', label: 'Ollama' },
            { value: 'openai-compatible', label: 'OpenAI-compatible' },
          ]}
          {...form.getInputProps('kind')}
        />
        <TextInput data-autofocus label="Name" maxLength={120} {...form.getInputProps('name')} />
        <TextInput
          label="Address"
          placeholder={kind === 'ollama' ? OLLAMA_URL : 'https://api.openai.com/v1'}
          spellCheck={false}
          autoCapitalize="none"
          {...form.getInputProps('baseUrl')}
        />
        <Radio.Group
          label="Where it runs"
          description="The residency of each tenant decides by this whether it may be asked."
          {...form.getInputProps('place')}
        >
          <Stack gap={8} mt={8}>
            {Place.shape.kind.options.map((value) => (
              <Radio
                key={value}
                value={value}
                label={PLACES[value].label}
                description={PLACES[value].meaning}
              />
            ))}
          </Stack>
        </Radio.Group>
        {place === 'cloud' && (
          <Group grow align="flex-start">
            <TextInput
              label="Region"
              description="As the provider names it"
              placeholder="eu-de"
              {...form.getInputProps('region')}
            />
            <TextInput
              label="Evidence"
              description="A contract, a page, a letter"
              placeholder="Contract 2026-114, § 7"
              maxLength={500}
              {...form.getInputProps('evidence')}
            />
          </Group>
        )}
        <PasswordInput
          label="Key"
          description="Kept in the keychain of the system, never shown again. Leave it empty where none is needed."
          autoComplete="off"
          maxLength={500}
          {...form.getInputProps('key')}
        />
        {host && (
          <Checkbox
            label={`Declare ${host.host}:${host.port} in Network, for models`}
            description={
              <>
                While the air gap is closed nothing reaches a host that is not declared. It can be withdrawn
                in{' '}
                <Anchor component={Link} to="/network" size="xs" underline="always">
                  Network
                </Anchor>
                .
              </>
            }
            {...form.getInputProps('declareHost', { type: 'checkbox' })}
          />
        )}
        {declaration.isError && <ErrorNotice error={declaration.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={declaration.isPending}>
            Declare provider
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
