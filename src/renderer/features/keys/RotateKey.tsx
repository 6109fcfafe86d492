import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { installation } from '../../app/api';
import { ErrorNotice, format, ProgressSteps, Status } from '../../ui';

interface RotateKeyProps {
  tenantId: string;
  name: string;
  /** Whether a rotation goes on already. */
  rotating: boolean;
  onClose: () => void;
}

/** Rotates the key of a tenant and shows the steps; it goes on when the dialogue is closed. */
export function RotateKey({ tenantId, name, rotating, onClose }: RotateKeyProps) {
  const cache = useQueryClient();
  const begin = useMutation({
    mutationFn: () => installation.client.keys.rotate({ id: tenantId }),
    onSuccess: () => cache.invalidateQueries({ queryKey: installation.query.keys.key() }),
  });
  const close = () => {
    void cache.invalidateQueries({ queryKey: installation.query.keys.key() });
    onClose();
  };
  return (
    <Modal opened onClose={close} title={`Rotate the key of ${name}`} size={560}>
      {rotating || begin.isSuccess ? (
        <Steps tenantId={tenantId} onClose={close} />
      ) : (
        <Stack gap="md">
          <div>
            The database is copied under a new key while queries go on, the copy is verified, and writers are
            paused only for the moment in which it takes the place of the old one. The old key is destroyed
            last; copies of the database from before can then be read by nobody. Recovery kits of the old key
            are out of date.
          </div>
          {begin.isError && <ErrorNotice error={begin.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button loading={begin.isPending} onClick={() => begin.mutate()}>
              Rotate the key
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function Steps({ tenantId, onClose }: { tenantId: string; onClose: () => void }) {
  const { data, isError, error, refetch } = useQuery(
    installation.query.tenants.progress.experimental_liveOptions({ input: { id: tenantId }, gcTime: 0 }),
  );
  const cancel = useMutation({ mutationFn: () => installation.client.keys.cancelRotation({ id: tenantId }) });
  if (!data) {
    return isError ? (
      <ErrorNotice error={error} doing="The steps could not be read." onRetry={refetch} />
    ) : null;
  }
  const steps = data.steps.map((step) => ({
    ...step,
    title:
      step.share !== null && step.state === 'running'
        ? `${step.title} (${Math.round(step.share * 100)} %)`
        : step.title,
  }));
  const beforeSwitch = data.steps.find(({ name }) => name === 'switch')?.state === 'waiting';
  return (
    <Stack gap="md">
      <ProgressSteps label="Steps of rotating the key" steps={steps} />
      {data.outcome === 'done' && (
        <div role="status">
          <Status
            tone="ok"
            label={`The new key is in use. Writers stood still for ${format.duration(data.pauseMs ?? 0)}.`}
          />
        </div>
      )}
      {data.outcome === 'cancelled' && <Status tone="idle" label={data.problem ?? 'Cancelled'} />}
      {data.outcome === 'failed' && (
        <div role="alert">
          <Status tone="bad" label={data.problem ?? 'A step failed; the key stays as it was.'} />
        </div>
      )}
      {cancel.isError && <ErrorNotice error={cancel.error} />}
      <Group justify="flex-end" gap="xs">
        {data.outcome === 'running' && beforeSwitch && (
          <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel the rotation
          </Button>
        )}
        <Button variant={data.outcome === 'running' ? 'default' : 'filled'} onClick={onClose}>
          {data.outcome === 'running' ? 'Close; it goes on' : 'Done'}
        </Button>
      </Group>
    </Stack>
  );
}
