import { Button, Group, Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AuditSegment } from '../../../contract';
import { useGranted } from '../../app/session';
import {
  type Column,
  DataTable,
  ErrorNotice,
  format,
  problemOf,
  RelativeTime,
  Section,
  SkeletonLine,
  saveFile,
} from '../../ui';
import { useAuditApi } from './AuditApi';

const FOR_EVER = 'for-ever';
const CHOICES = [
  { value: FOR_EVER, label: 'For ever' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: '1095', label: '3 years' },
  { value: '3650', label: '10 years' },
];

/** How long events stay in the database, and the segments that were exported and pruned. */
export function RetentionSection() {
  const { client, query, manage, name } = useAuditApi();
  const cache = useQueryClient();
  const mayManage = useGranted(manage);
  const retention = useQuery(query.retention.queryOptions({ input: {} }));
  const [chosen, setChosen] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: (value: string) =>
      client.setRetention({ keepDays: value === FOR_EVER ? null : Number(value) }),
    onSuccess: () => {
      setChosen(null);
      void cache.invalidateQueries({ queryKey: query.key() });
    },
  });
  const download = useMutation({
    mutationFn: async ({ through }: AuditSegment) => {
      const pieces: string[] = [];
      for await (const { text } of await client.segment({ through })) pieces.push(text);
      saveFile(`${name}-until-${through}.jsonl`, 'application/jsonl', pieces);
    },
    onError: (error) => {
      const { title, detail } = problemOf(error);
      notifications.show({ color: 'red', title, message: detail.reason ?? detail.next });
    },
  });
  const { data } = retention;
  const kept = data?.keepDays === null ? FOR_EVER : String(data?.keepDays ?? FOR_EVER);
  const choices = CHOICES.some(({ value }) => value === kept)
    ? CHOICES
    : [...CHOICES, { value: kept, label: `${kept} days` }];
  return (
    <Section
      title="Retention"
      description="What is older is exported into a sealed file first, then leaves the database. A signed head stays, so that the rest of the chain still verifies."
    >
      {retention.isError && (
        <ErrorNotice
          error={retention.error}
          doing="The retention could not be read."
          onRetry={retention.refetch}
        />
      )}
      {!data && !retention.isError && <SkeletonLine />}
      {data && (
        <Group align="flex-end" gap="sm">
          <Select
            label="Keep events in the database"
            data={choices}
            value={chosen ?? kept}
            onChange={setChosen}
            allowDeselect={false}
            disabled={!mayManage}
          />
          {mayManage && (
            <Button
              disabled={chosen === null || chosen === kept}
              loading={save.isPending}
              onClick={() => chosen && save.mutate(chosen)}
            >
              Save
            </Button>
          )}
        </Group>
      )}
      {save.isError && <ErrorNotice error={save.error} doing="The retention was not changed." />}
      {data && data.segments.length > 0 && (
        <DataTable
          label="Pruned segments"
          columns={columnsFor((segment) => download.mutate(segment))}
          rows={data.segments}
          rowKey={({ through }) => String(through)}
          maxHeight={320}
        />
      )}
    </Section>
  );
}

function columnsFor(onDownload: (segment: AuditSegment) => void): readonly Column<AuditSegment>[] {
  return [
    {
      key: 'events',
      header: 'Events',
      render: ({ from, through }) => `${format.count(from)} to ${format.count(through)}`,
    },
    { key: 'at', header: 'Pruned', render: ({ prunedAt }) => <RelativeTime at={prunedAt} /> },
    {
      key: 'size',
      header: 'Size',
      align: 'right',
      hideBelow: 'sm',
      render: ({ sizeBytes }) => format.bytes(sizeBytes),
    },
    {
      key: 'download',
      header: 'Download',
      headerHidden: true,
      align: 'right',
      render: (segment) => (
        <Button
          size="xs"
          variant="default"
          aria-label={`Download events ${segment.from} to ${segment.through}`}
          onClick={() => onDownload(segment)}
        >
          Download
        </Button>
      ),
    },
  ];
}
