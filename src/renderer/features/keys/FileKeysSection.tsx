import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { FileKeys } from '../../../contract';
import { useGranted } from '../../app/session';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, format, KeyValueList, RelativeTime, Section, SkeletonPanel, Status } from '../../ui';

/** How often it is looked how far the work is. */
const LOOK_MS = 1_000;

/** The key under which the keys of the tenant's files are wrapped, and what would be lost with it. */
export function FileKeysSection() {
  const { client, query } = useTenantApi();
  const keys = useQuery({
    ...query.keys.fileKeys.queryOptions({ input: {} }),
    refetchInterval: ({ state }) => (state.data?.work?.state === 'running' ? LOOK_MS : false),
  });
  const onSuccess = () => keys.refetch();
  const rotation = useMutation({ mutationFn: () => client.keys.rotateFileKey({}), onSuccess });
  const cancellation = useMutation({ mutationFn: () => client.keys.cancelFileKeyRotation({}), onSuccess });
  const mayRotate = useGranted('keys.manage');
  const isRunning = keys.data?.work?.state === 'running';
  const problem = rotation.error ?? cancellation.error;
  return (
    <Section
      title="Key of the files"
      description="Each document and each pruned segment of the audit is sealed under a key of its own, which is wrapped under this one. It is sealed under a field key: lost with the database key, restored with it."
      actions={
        mayRotate &&
        (isRunning ? (
          <Button variant="default" loading={cancellation.isPending} onClick={() => cancellation.mutate()}>
            Stop
          </Button>
        ) : (
          <Button
            variant="default"
            disabled={!keys.data}
            loading={rotation.isPending}
            onClick={() => rotation.mutate()}
          >
            Seal files under a new key
          </Button>
        ))
      }
    >
      {problem && <ErrorNotice error={problem} />}
      {keys.data ? (
        <Facts keys={keys.data} />
      ) : keys.isError ? (
        <ErrorNotice
          error={keys.error}
          doing="The key of the files could not be read."
          onRetry={keys.refetch}
        />
      ) : (
        <SkeletonPanel lines={4} />
      )}
    </Section>
  );
}

function Facts({ keys: { versions, files, work } }: { keys: FileKeys }) {
  const newest = versions.at(-1);
  return (
    <KeyValueList
      items={[
        { label: 'Version in use', value: newest ? format.count(newest.version) : '–' },
        { label: 'Made', value: newest ? <RelativeTime at={newest.createdAt} /> : '–' },
        { label: 'Files', value: format.count(files) },
        { label: 'Older files', value: <WorkStatus files={files} work={work} /> },
      ]}
    />
  );
}

function WorkStatus({ files, work }: Pick<FileKeys, 'files' | 'work'>) {
  if (!work) return <Status tone="ok" label="All under the version in use" />;
  const damaged = work.damaged > 0 ? `, ${format.plural(work.damaged, 'file')} could not be opened` : '';
  const done = `${format.count(work.done)} of ${format.plural(files, 'file')}${damaged}`;
  if (work.state === 'running') return <Status tone="busy" label={`Being sealed anew: ${done}`} />;
  return <Status tone="warn" label={`Stopped at ${done}; the others stay under their key`} />;
}
