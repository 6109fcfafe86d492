import { Button, Group, Stack, TextInput } from '@mantine/core';
import { IconCertificate } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SignedStatement } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, format, KeyValueList, Section, Status } from '../../ui';
import { saveStatement } from './saveStatement';

const DAY_MS = 24 * 3_600_000;

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Signs where the connections of a period led, for an auditor who trusts nobody's screen. */
export function ResidencySection() {
  const { client } = useTenantApi();
  const [from, setFrom] = useState(() => dayOf(Date.now() - 30 * DAY_MS));
  const [through, setThrough] = useState(() => dayOf(Date.now()));
  const signing = useMutation({
    mutationFn: () =>
      client.keys.residencyStatement({
        from: Date.parse(`${from}T00:00:00Z`),
        to: Date.parse(`${through}T00:00:00Z`) + DAY_MS,
      }),
    onSuccess: saveStatement,
  });
  const complete = from !== '' && through !== '' && from <= through;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) signing.mutate();
  };
  return (
    <Section
      title="Residency statement"
      description="Where each connection of a period led, out of the ledger, signed by the installation. riscura verify checks it with the public key alone."
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <Group align="end" gap="md">
            <TextInput
              type="date"
              label="From (UTC)"
              required
              value={from}
              onChange={(event) => setFrom(event.currentTarget.value)}
            />
            <TextInput
              type="date"
              label="Through (UTC)"
              required
              value={through}
              onChange={(event) => setThrough(event.currentTarget.value)}
            />
            <Button
              type="submit"
              leftSection={<IconCertificate size={16} />}
              disabled={!complete}
              loading={signing.isPending}
            >
              Sign and save
            </Button>
          </Group>
          {signing.isError && <ErrorNotice error={signing.error} />}
          {signing.data && <Signed signed={signing.data} />}
        </Stack>
      </form>
    </Section>
  );
}

function Signed({ signed: { statement, keyId } }: { signed: SignedStatement }) {
  if (statement.kind !== 'residency') return null;
  return (
    <div role="status">
      <KeyValueList
        items={[
          {
            label: 'To clouds',
            value:
              statement.toCloud === 0 ? (
                <Status tone="ok" label="None" />
              ) : (
                <Status tone="warn" label={format.plural(statement.toCloud, 'connection')} />
              ),
          },
          {
            label: 'To a place the ledger does not hold',
            value: format.count(statement.unknownPlace),
          },
          { label: 'Destinations', value: format.count(statement.destinations.length) },
          { label: 'Signed by key', value: <span className="mono">{keyId}</span> },
        ]}
      />
    </div>
  );
}
