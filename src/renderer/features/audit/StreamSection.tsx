import { Button, Group, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AuditStreamState } from '../../../contract';
import { useGranted } from '../../app/session';
import { ErrorNotice, format, KeyValueList, RelativeTime, Section, SkeletonLine, Status } from '../../ui';
import { useAuditApi } from './AuditApi';

/** The port of syslog over TLS (RFC 5425). */
const DEFAULT_PORT = 6514;
const LOOK_EVERY_MS = 5_000;

const DECLARED = {
  oneself: 'Declare its host under Network as an archive.',
  operator: 'An operator declares its host under Network as an archive.',
};

/** Where events are streamed to as they come. */
export function StreamSection() {
  const { client, query, manage, declares } = useAuditApi();
  const cache = useQueryClient();
  const mayManage = useGranted(manage);
  const stream = useQuery({
    ...query.stream.queryOptions({ input: {} }),
    refetchInterval: LOOK_EVERY_MS,
  });
  const set = useMutation({
    mutationFn: (server: { host: string; port: number; authority: string | null } | null) =>
      client.setStream({ server }),
    onSuccess: () => cache.invalidateQueries({ queryKey: query.key() }),
  });
  const current = stream.data?.stream;
  return (
    <Section
      title="Streaming"
      description={`New events go to a syslog server over TLS within seconds (RFC 5424, RFC 5425). ${DECLARED[declares]} What did not arrive is sent again; an event may arrive twice, and its number tells.`}
      actions={
        current && mayManage ? (
          <Button size="xs" variant="default" loading={set.isPending} onClick={() => set.mutate(null)}>
            Stop streaming
          </Button>
        ) : undefined
      }
    >
      {stream.isError && (
        <ErrorNotice error={stream.error} doing="The stream could not be read." onRetry={stream.refetch} />
      )}
      {!stream.data && !stream.isError && <SkeletonLine />}
      {current && <Facts stream={current} />}
      {stream.data &&
        !current &&
        (mayManage ? <ServerForm onSet={set.mutate} busy={set.isPending} /> : 'Nothing is streamed.')}
      {set.isError && <ErrorNotice error={set.error} doing="The stream was not changed." />}
    </Section>
  );
}

function Facts({ stream: { host, port, position, waiting, sentAt, problem } }: { stream: AuditStreamState }) {
  return (
    <KeyValueList
      items={[
        { label: 'Server', value: <span className="mono">{`${host}:${port}`}</span> },
        {
          label: 'State',
          value: problem ? (
            <Status tone="bad" label={`Not delivered: ${problem}`} />
          ) : (
            <Status
              tone={sentAt === null ? 'idle' : 'ok'}
              label={sentAt === null ? 'Nothing sent yet' : 'Delivering'}
            />
          ),
        },
        {
          label: 'Arrived',
          value: `up to event ${format.count(position)}; ${format.count(waiting)} waiting`,
        },
        {
          label: 'Last delivery',
          value: sentAt === null ? <span className="muted">none yet</span> : <RelativeTime at={sentAt} />,
        },
      ]}
    />
  );
}

interface ServerFormProps {
  busy: boolean;
  onSet: (server: { host: string; port: number; authority: string | null }) => void;
}

function ServerForm({ busy, onSet }: ServerFormProps) {
  const [host, setHost] = useState('');
  const [port, setPort] = useState<number | string>(DEFAULT_PORT);
  const [authority, setAuthority] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSet({ host, port: Number(port), authority: authority.trim() === '' ? null : authority.trim() });
      }}
    >
      <Group align="flex-end" gap="sm">
        <TextInput
          label="Host"
          placeholder="syslog.site.example"
          required
          value={host}
          onChange={(event) => setHost(event.currentTarget.value)}
        />
        <NumberInput label="Port" required min={1} max={65_535} value={port} onChange={setPort} w={110} />
        <Button type="submit" loading={busy} disabled={host.trim() === ''}>
          Start streaming
        </Button>
      </Group>
      <Textarea
        mt="sm"
        label="Certificate authority of the house"
        description="PEM; empty when the server’s certificate is from a public authority."
        autosize
        minRows={2}
        maxRows={6}
        value={authority}
        onChange={(event) => setAuthority(event.currentTarget.value)}
      />
    </form>
  );
}
