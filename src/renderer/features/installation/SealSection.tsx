import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { SEAL_WORDS } from '../../../contract';
import { installation } from '../../app/api';
import { ConfirmByName, Section } from '../../ui';

/** How long the closing of all tenants may take. */
const PATIENCE_MS = 60_000;

/** Closes everything at once and takes all keys out of the engine. */
export function SealSection() {
  const [asking, setAsking] = useState(false);
  const seal = useMutation({
    mutationFn: (confirm: string) =>
      installation.client.sealing.seal({ confirm }, { context: { timeoutMs: PATIENCE_MS } }),
    onSuccess: () => setAsking(false),
  });
  return (
    <Section
      title="Seal everything"
      description="All tenants are closed and all keys leave the engine, for everybody, until an operator gives their password again. A restart does not open it."
      actions={
        <Button color="red" variant="default" onClick={() => setAsking(true)}>
          Seal…
        </Button>
      }
    >
      <ConfirmByName
        opened={asking}
        onClose={() => setAsking(false)}
        title="Seal the whole installation?"
        name={SEAL_WORDS}
        losses={[
          'answers that are being made, in every tenant',
          'what everybody has typed and not sent, in every window',
        ]}
        action="Seal everything"
        pending={seal.isPending}
        error={seal.error}
        onConfirm={(typed) => seal.mutate(typed)}
      />
    </Section>
  );
}
