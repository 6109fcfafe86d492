import { Button, Group, NumberInput, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { KeptReviewPolicy } from '../../../contract';
import { useGranted } from '../../app/session';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, format, Section, SkeletonPanel } from '../../ui';
import { useReviewsChanged } from './useReviewsChanged';

/** How often access is reviewed. */
export function PolicySection() {
  const { query } = useTenantApi();
  const policy = useQuery(query.reviews.policy.queryOptions({ input: {} }));
  return (
    <Section title="How often" description={policy.data && whenWords(policy.data)}>
      {policy.data ? (
        <PolicyForm key={policy.data.revision} policy={policy.data} />
      ) : policy.isError ? (
        <ErrorNotice error={policy.error} doing="The policy could not be read." onRetry={policy.refetch} />
      ) : (
        <SkeletonPanel lines={2} />
      )}
    </Section>
  );
}

function whenWords({ nextAt }: KeptReviewPolicy): string {
  if (nextAt === null) return 'The next review is counted from the opening of the one that is open now.';
  return `The console opens the next review on ${format.day(nextAt)}.`;
}

function PolicyForm({ policy }: { policy: KeptReviewPolicy }) {
  const { client } = useTenantApi();
  const changed = useReviewsChanged();
  const mayManage = useGranted('access.manage');
  const [intervalDays, setInterval] = useState(policy.intervalDays);
  const [dueDays, setDue] = useState(policy.dueDays);
  const saving = useMutation({
    mutationFn: () => client.reviews.setPolicy({ intervalDays, dueDays, revision: policy.revision }),
    onSuccess: changed,
  });
  return (
    <Stack gap="md">
      <Group align="end" gap="md">
        <NumberInput
          label="Days from one review to the next"
          w={240}
          min={1}
          max={366}
          allowDecimal={false}
          disabled={!mayManage}
          value={intervalDays}
          onChange={(value) => setInterval(Number(value))}
        />
        <NumberInput
          label="Days until it must be signed"
          w={240}
          min={1}
          max={90}
          allowDecimal={false}
          disabled={!mayManage}
          value={dueDays}
          onChange={(value) => setDue(Number(value))}
        />
        {mayManage && (
          <Button
            variant="default"
            disabled={intervalDays < 1 || dueDays < 1}
            loading={saving.isPending}
            onClick={() => saving.mutate()}
          >
            Save policy
          </Button>
        )}
      </Group>
      {saving.isError && <ErrorNotice error={saving.error} />}
    </Stack>
  );
}
