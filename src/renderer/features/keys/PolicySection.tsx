import { Button, Group, NumberInput, Stack, Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { KeyPolicy } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, Section } from '../../ui';

/** After how many days a key is due, and whether it is then rotated by itself. */
export function PolicySection({ policy }: { policy: KeyPolicy }) {
  const [days, setDays] = useState(policy.rotationDays);
  const [automatic, setAutomatic] = useState(policy.automatic);
  const cache = useQueryClient();
  const saving = useMutation({
    mutationFn: () => installation.client.keys.setPolicy({ rotationDays: days, automatic }),
    onSuccess: () => cache.invalidateQueries({ queryKey: installation.query.keys.key() }),
  });
  const changed = days !== policy.rotationDays || automatic !== policy.automatic;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <Section title="Rotation policy" description="For the database keys of all tenants.">
      <form onSubmit={submit}>
        <Stack gap="md" maw={420}>
          <NumberInput
            label="Days after which a key is due"
            min={1}
            max={3650}
            value={days}
            onChange={(value) => setDays(Number(value))}
          />
          <Switch
            label="Rotate keys that are due by itself"
            description="One tenant after the other, while queries go on. Suspended tenants wait."
            checked={automatic}
            onChange={(event) => setAutomatic(event.currentTarget.checked)}
          />
          {saving.isError && <ErrorNotice error={saving.error} />}
          <Group>
            <Button type="submit" disabled={!changed} loading={saving.isPending}>
              Save the policy
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
