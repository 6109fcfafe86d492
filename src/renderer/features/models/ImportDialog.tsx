import { Button, FileInput, Group, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconFileImport } from '@tabler/icons-react';
import type { Provider } from '../../../contract';
import { format } from '../../ui';
import { modelWork } from './modelWork';
import { useModelsChanged } from './useModels';
import { EMBEDDED } from './words';

interface ImportDialogProps {
  opened: boolean;
  /** The console’s own runtime and the Ollama servers. */
  targets: readonly Provider[];
  onClose: () => void;
}

/** Imports a GGUF file from this machine; nothing is fetched from anywhere. */
export function ImportDialog({ opened, targets, onClose }: ImportDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Import a GGUF" size={520}>
      <ImportForm targets={targets} onClose={onClose} />
    </Modal>
  );
}

function ImportForm({ targets, onClose }: Omit<ImportDialogProps, 'opened'>) {
  const changed = useModelsChanged();
  const form = useForm({
    initialValues: { file: null as File | null, provider: EMBEDDED, name: '', licence: '' },
    validate: {
      file: (file) => (file ? refusalOf(file) : 'Choose a GGUF file'),
      name: (value) => (value.trim() ? null : 'A name'),
    },
  });
  const submit = form.onSubmit(({ file, provider, name, licence }) => {
    if (!file) return;
    onClose();
    const request = { file, provider, name: name.trim(), licence: licence.trim() || null };
    void modelWork.import(request).then((done) => (done ? changed() : undefined));
  });
  const { file } = form.values;
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap="md">
        <FileInput
          label="File"
          description={`${file ? `${format.bytes(file.size)}. ` : ''}It is checked to be a sound GGUF, and its SHA-256 becomes part of each receipt.`}
          placeholder="Choose a GGUF file"
          accept=".gguf"
          leftSection={<IconFileImport aria-hidden size={16} />}
          clearable
          clearButtonProps={{ 'aria-label': 'Clear the file' }}
          {...form.getInputProps('file')}
          onChange={(chosen) => {
            form.setFieldValue('file', chosen);
            if (chosen && !form.values.name) form.setFieldValue('name', chosen.name.replace(/\.gguf$/i, ''));
          }}
        />
        <TextInput label="Name" maxLength={120} spellCheck={false} {...form.getInputProps('name')} />
        {targets.length > 1 && (
          <Select
            label="Served by"
            allowDeselect={false}
            data={targets.map((each) => ({ value: each.id, label: each.name }))}
            {...form.getInputProps('provider')}
          />
        )}
        <Textarea
          label="Licence text"
          description="Paste it here, so that whoever asks finds it beside the model. It may stay empty."
          autosize
          minRows={3}
          maxRows={8}
          maxLength={200_000}
          {...form.getInputProps('licence')}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit">Import model</Button>
        </Group>
      </Stack>
    </form>
  );
}

function refusalOf(file: File): string | null {
  if (!file.name.toLowerCase().endsWith('.gguf')) return 'It does not end in .gguf';
  return file.size === 0 ? 'It is empty' : null;
}
