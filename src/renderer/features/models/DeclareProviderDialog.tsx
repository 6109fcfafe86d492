import {
  Button,
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
import { useMutation } from '@tanstack/react-query';
import type { z } from 'zod';
import { type DeclareProvider, Place, Region } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, fieldProblems } from '../../ui';
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
}

function declarationOf({ region, evidence, key, ...rest }: Fields): Declaration {
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

function DeclareForm({ found, onClose }: Omit<DeclareProviderDialogProps, 'opened'>) {
  const changed = useModelsChanged();
  const form = useForm<Fields>({
    initialValues: {
      kind: 'ollama',
      name: 'Ollama',
      baseUrl: found ?? OLLAMA_URL,
      place: 'this-machine',
      region: '',
      evidence: '',
      key: '',
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
    mutationFn: (fields: Fields) => installation.client.models.declareProvider(declarationOf(fields)),
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
  const { kind, place } = form.values;
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
