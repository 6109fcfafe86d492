import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { FieldKeys } from '../../../contract';
import { useGranted } from '../../app/session';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, format, KeyValueList, RelativeTime, Section, SkeletonPanel, Status } from '../../ui';

/** How often it is looked how far the work is. */
const LOOK_MS = 1_000;

/** The keys under which the words of people are sealed inside the database, and what would be lost with them. */
export function FieldKeysSection() {
  const { client, query } = useTenantApi();
  const keys = useQuery({
    ...query.keys.fieldKeys.queryOptions({ input: {} }),
    refetchInterval: ({ state }) => (state.data?.work ? LOOK_MS : false),
  });
  const mayRotate = useGranted('keys.manage');
  const rotation = useMutation({
    mutationFn: () => client.keys.rotateFieldKey({}),
    onSuccess: () => keys.refetch(),
  });
  return (
    <Section
      title="Field keys"
      description="Inside the encrypted database the words of people are sealed once more under these keys, which are wrapped under the database key: lost with it, restored with it."
      actions={
        mayRotate && (
          <Button
            variant="default"
            disabled={!keys.data || keys.data.work !== null}
            loading={rotation.isPending}
            onClick={() => rotation.mutate()}
          >
            Seal under a new key
          </Button>
        )
      }
    >
      {rotation.isError && <ErrorNotice error={rotation.error} />}
      {keys.data ? (
        <Facts keys={keys.data} />
      ) : keys.isError ? (
        <ErrorNotice error={keys.error} doing="The field keys could not be read." onRetry={keys.refetch} />
      ) : (
        <SkeletonPanel lines={3} />
      )}
    </Section>
  );
}

function Facts({ keys: { versions, work } }: { keys: FieldKeys }) {
  const newest = versions.at(-1);
  return (
    <KeyValueList
      items={[
        { label: 'Version in use', value: newest ? format.count(newest.version) : '–' },
        { label: 'Made', value: newest ? <RelativeTime at={newest.createdAt} /> : '–' },
        {
          label: 'Older texts',
          value: work ? (
            <Status
              tone="busy"
              label={`Being sealed anew: ${format.plural(work.sealed, 'text')}, column ${Math.min(work.column, work.columns)} of ${work.columns}`}
            />
          ) : (
            <Status tone="ok" label="All under the version in use" />
          ),
        },
      ]}
    />
  );
}
