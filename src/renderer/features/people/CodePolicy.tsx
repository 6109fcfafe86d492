import { Button, Group, NumberInput, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { InvitationPolicy } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, format, Section, SkeletonLine } from '../../ui';

const MOST_HOURS = 30 * 24;

/** For how long the codes of invitations and resets are good. */
export function CodePolicy() {
  const { query } = useTenantApi();
  const policy = useQuery(query.people.policy.queryOptions({ input: {} }));
  return (
    <Section
      title="Codes"
      description="For how long a code of an invitation or of a reset is good. One that was given out keeps its time."
    >
      {policy.isError && (
        <ErrorNotice
          error={policy.error}
          doing="The policy could not be read."
          onRetry={() => void policy.refetch()}
        />
      )}
      {policy.isPending && <SkeletonLine width={240} />}
      {policy.data && <PolicyForm key={policy.data.revision} policy={policy.data} />}
    </Section>
  );
}

function PolicyForm({ policy }: { policy: InvitationPolicy }) {
  const { client, query } = useTenantApi();
  const kept = useQuery(query.people.policy.queryOptions({ input: {} }));
  const [hours, setHours] = useState<number | string>(policy.hours);
  const setting = useMutation({
    mutationFn: () => client.people.setPolicy({ hours: Number(hours), revision: policy.revision }),
    onSuccess: async (next) => {
      notifications.show({ message: `Codes are good for ${format.plural(next.hours, 'hour')} from now on.` });
      await kept.refetch();
    },
  });
  return (
    <Stack gap="md">
      <Group align="flex-end" gap="xs">
        <NumberInput
          label="Good for"
          suffix=" hours"
          min={1}
          max={MOST_HOURS}
          allowDecimal={false}
          w={160}
          value={hours}
          onChange={setHours}
        />
        <Button
          variant="default"
          disabled={hours === '' || hours === policy.hours}
          loading={setting.isPending}
          onClick={() => setting.mutate()}
        >
          Set
        </Button>
      </Group>
      {setting.isError && <ErrorNotice error={setting.error} />}
    </Stack>
  );
}
