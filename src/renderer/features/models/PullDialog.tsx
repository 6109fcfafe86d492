import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { IconWorldDownload } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { Provider } from '../../../contract';
import classes from './models.module.css';
import { modelWork } from './modelWork';
import { useModelsChanged } from './useModels';

interface PullDialogProps {
  opened: boolean;
  /** The Ollama servers that could pull. */
  servers: readonly Provider[];
  onClose: () => void;
}

/** Lets an Ollama server pull a model, and says that this is egress. */
export function PullDialog({ opened, servers, onClose }: PullDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Pull a model" size={460}>
      <PullForm servers={servers} onClose={onClose} />
    </Modal>
  );
}

function PullForm({ servers, onClose }: Omit<PullDialogProps, 'opened'>) {
  const changed = useModelsChanged();
  const [provider, setProvider] = useState(servers[0]?.id ?? null);
  const [name, setName] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!provider || !name.trim()) return;
    onClose();
    void modelWork.pull(provider, name.trim()).then((done) => (done ? changed() : undefined));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <div className={classes.egress} role="note">
          <IconWorldDownload aria-hidden size={18} />
          <span>
            <strong>A pull is egress.</strong> The server fetches the weights from its registry on the
            internet, so the air gap must be open for it, and the attempt stands in the ledger. No word of a
            tenant is sent. Where nothing may go out, import a GGUF file instead.
          </span>
        </div>
        <Select
          label="Server"
          allowDeselect={false}
          data={servers.map((each) => ({ value: each.id, label: each.name }))}
          value={provider}
          onChange={setProvider}
        />
        <TextInput
          data-autofocus
          label="Model"
          description="As the registry names it"
          placeholder="llama3.1:8b"
          spellCheck={false}
          autoCapitalize="none"
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!provider || !name.trim()}>
            Pull model
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
