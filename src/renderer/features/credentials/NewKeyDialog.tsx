import {
  Button,
  Checkbox,
  Code,
  CopyButton,
  Group,
  Input,
  Modal,
  NumberInput,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { type KeyWishes, type NewApiKey, NO_OWN_LIMITS, type Permission } from '../../../contract';
import { PERMISSION_WORDS } from '../../app/frame/permissionWords';
import { ErrorNotice, fieldProblems } from '../../ui';
import { LimitInputs } from '../limits';

interface NewKeyDialogProps {
  /** Whose key it is to be; `null` while the dialogue is closed. */
  ownerName: string | null;
  /** What the owner may do. */
  permissions: readonly Permission[];
  create: (wishes: KeyWishes) => Promise<NewApiKey>;
  onClose: () => void;
}

/** Asks what a new key is for, makes it, and shows it once. */
export function NewKeyDialog({ ownerName, permissions, create, onClose }: NewKeyDialogProps) {
  return (
    <Modal
      opened={ownerName !== null}
      onClose={onClose}
      title={`New API key of ${ownerName ?? ''}`}
      size={520}
      closeOnClickOutside={false}
    >
      {ownerName !== null && <NewKeyForm permissions={permissions} create={create} onClose={onClose} />}
    </Modal>
  );
}

const DEFAULT_DAYS = 90;

function NewKeyForm({ permissions, create, onClose }: Omit<NewKeyDialogProps, 'ownerName'>) {
  const form = useForm({
    initialValues: {
      name: '',
      scopes: [] as Permission[],
      expiresInDays: DEFAULT_DAYS as number | string,
      limits: NO_OWN_LIMITS,
    },
    validate: {
      name: (value) => (value.trim() ? null : 'The name is missing'),
      scopes: (value) => (value.length > 0 ? null : 'Choose at least one'),
    },
  });
  const creation = useMutation({
    mutationFn: ({ name, scopes, expiresInDays, limits }: typeof form.values) =>
      create({ name, scopes, expiresInDays: Number(expiresInDays), limits }),
    onError: (error) => form.setErrors(fieldProblems(error)),
  });
  if (creation.data) return <ShownOnce secret={creation.data.secret} onClose={onClose} />;
  return (
    <form onSubmit={form.onSubmit((values) => creation.mutate(values))} noValidate>
      <Stack gap="md">
        <TextInput
          data-autofocus
          label="Name"
          description="What uses it."
          maxLength={120}
          {...form.getInputProps('name')}
        />
        <Checkbox.Group
          label="Scopes"
          description="What it may do, never more than its owner may at the time of a call."
          {...form.getInputProps('scopes')}
        >
          <SimpleGrid cols={2} spacing="xs" mt={8}>
            {permissions
              .filter((permission) => permission !== 'public' && permission !== 'session')
              .map((permission) => (
                <Checkbox key={permission} value={permission} label={PERMISSION_WORDS[permission]} />
              ))}
          </SimpleGrid>
        </Checkbox.Group>
        <NumberInput
          label="Good for"
          suffix=" days"
          min={1}
          max={366}
          {...form.getInputProps('expiresInDays')}
        />
        <Input.Wrapper
          label="Limits"
          description="The most it may ask for; left empty, what the tenant lets its keys do."
        >
          <LimitInputs value={form.values.limits} onChange={(next) => form.setFieldValue('limits', next)} />
        </Input.Wrapper>
        {creation.isError && <ErrorNotice error={creation.error} fieldsMarked />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={creation.isPending}>
            Make key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function ShownOnce({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Stack gap="md">
      <Text size="sm">
        This is the key. It is shown now and never again; the console keeps a keyed hash of it.
      </Text>
      <Code block aria-label="API key" style={{ whiteSpace: 'pre-wrap', wordBreak: 'break-all' }}>
        {secret}
      </Code>
      <Group justify="flex-end" gap="xs">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
