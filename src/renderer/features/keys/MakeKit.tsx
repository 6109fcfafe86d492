import { Button, Group, Modal, NumberInput, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { installation } from '../../app/api';
import { ErrorNotice } from '../../ui';
import { KitSheets } from './KitSheets';

interface MakeKitProps {
  /** `null` for the installation. */
  tenantId: string | null;
  subject: string;
  onClose: () => void;
}

/** Splits a key into sheets: asks how many and how many are needed, then shows them once. */
export function MakeKit({ tenantId, subject, onClose }: MakeKitProps) {
  const [shares, setShares] = useState(5);
  const [threshold, setThreshold] = useState(3);
  const cache = useQueryClient();
  const making = useMutation({
    mutationFn: () => installation.client.keys.makeKit({ tenantId, shares, threshold }),
    onSuccess: () => cache.invalidateQueries({ queryKey: installation.query.keys.key() }),
    // The sheets are not kept a moment longer than they are shown.
    gcTime: 0,
  });
  const fits = threshold <= shares;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fits) making.mutate();
  };
  const title = `Recovery kit of ${subject}`;
  if (making.data) {
    return (
      <Modal opened onClose={() => undefined} withCloseButton={false} title={title} size={680}>
        <KitSheets subject={subject} made={making.data} onDone={onClose} />
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onClose} title={title} size={480}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <div>
            Without a kit the key is in the keychain alone: when that is lost, so is all it protects. With
            one, whoever holds enough sheets can read it. That a kit was made stands in the audit chain.
          </div>
          <NumberInput
            label="Sheets"
            description="One for each person who keeps one"
            min={2}
            max={16}
            value={shares}
            onChange={(value) => setShares(Number(value))}
          />
          <NumberInput
            label="Sheets needed to restore the key"
            description="So many people must come together"
            min={2}
            max={10}
            value={threshold}
            error={fits ? undefined : 'more than there are'}
            onChange={(value) => setThreshold(Number(value))}
          />
          {making.isError && <ErrorNotice error={making.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!fits} loading={making.isPending}>
              Make the sheets
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
