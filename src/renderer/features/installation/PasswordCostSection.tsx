import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { installation } from '../../app/api';
import { ErrorNotice, format, KeyValueList, RelativeTime, Section, SkeletonPanel } from '../../ui';

const KIB = 1_024;
/** A measurement waits for the sign-ins before it. */
const PATIENCE_MS = 60_000;

/** What guessing a password costs whoever has its hash, and so each sign-in. */
export function PasswordCostSection() {
  const { client, query } = installation;
  const cost = useQuery(query.passwordCost.read.queryOptions({ input: {} }));
  const measure = useMutation({
    mutationFn: () => client.passwordCost.measure({}, { context: { timeoutMs: PATIENCE_MS } }),
    onSuccess: () => cost.refetch(),
  });
  return (
    <Section
      title="Password hashes"
      description="argon2id, tuned to the machine: as slow for a guesser as a sign-in can bear. Measured at the first start and on another machine; hashes that cost less are renewed at the next sign-in of their owner."
      actions={
        <Button
          variant="default"
          disabled={cost.isPending}
          loading={measure.isPending}
          onClick={() => measure.mutate()}
        >
          Measure again
        </Button>
      }
    >
      {measure.isError && <ErrorNotice error={measure.error} doing="It was not measured." />}
      {cost.isError ? (
        <ErrorNotice error={cost.error} doing="The cost could not be read." onRetry={cost.refetch} />
      ) : cost.data === undefined ? (
        <SkeletonPanel lines={3} />
      ) : cost.data === null ? (
        <span className="muted">Not measured yet: 64 MiB and three passes.</span>
      ) : (
        <KeyValueList
          items={[
            { label: 'Memory', value: format.bytes(cost.data.memoryKiB * KIB) },
            { label: 'Passes', value: format.count(cost.data.passes) },
            { label: 'A hash takes', value: `${cost.data.ms} ms, of ${cost.data.targetMs} ms aimed at` },
            {
              label: 'Measured',
              value: (
                <>
                  <RelativeTime at={cost.data.measuredAt} />, on {cost.data.machine}
                </>
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}
