import { Button, Fieldset, Group, Stack } from '@mantine/core';
import { IconGauge } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { LimitPolicy, LimitUse, OwnLimits } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { type Column, DataTable, EmptyState, ErrorNotice, format, Section, SkeletonPanel } from '../../ui';
import { LimitInputs } from './LimitInputs';
import { LIMITS } from './words';

const REFRESH_MS = 5_000;
const NEARLY = 0.8;
const WHO = { tenant: 'Tenant', person: 'Person', key: 'API key' } as const;

/** How much programs may ask for, and how much of it is used. */
export function LimitsPart() {
  const { query } = useTenantApi();
  const limits = useQuery(query.limits.read.queryOptions({ input: {}, refetchInterval: REFRESH_MS }));
  if (limits.isError && !limits.data) {
    return (
      <ErrorNotice error={limits.error} doing="The limits could not be read." onRetry={limits.refetch} />
    );
  }
  const plan = limits.data?.plan;
  return (
    <>
      <Section
        title="Used now"
        description={`Requests of programs in the minute, hour and day that end now, and queries that run, windows’ too.${plan ? ` Plan ${plan.name}.` : ''}`}
        padding="flush"
      >
        <DataTable
          label="How much of the limits is used"
          rows={limits.data?.uses}
          rowKey={({ of, id }) => `${of} ${id}`}
          columns={COLUMNS}
          skeletonRows={2}
          empty={
            <EmptyState icon={IconGauge} title="Nothing was asked">
              Requests of programs are counted here.
            </EmptyState>
          }
        />
      </Section>
      <Section
        title="What each may ask for"
        description="The plan limits the tenant as a whole. Here a person or a key is given less, so that one program cannot use up what the others need."
      >
        {limits.data ? (
          <PolicyForm
            key={limits.data.policy.version}
            policy={limits.data.policy}
            plan={limits.data.plan.limits}
          />
        ) : (
          <SkeletonPanel lines={4} />
        )}
      </Section>
    </>
  );
}

const COLUMNS: readonly Column<LimitUse>[] = [
  {
    key: 'who',
    header: 'Who',
    render: ({ of, name }) => (
      <>
        {name} <span className="muted">({WHO[of]})</span>
      </>
    ),
  },
  ...LIMITS.map(
    ({ name, label }): Column<LimitUse> => ({
      key: name,
      header: label,
      align: 'right',
      hideBelow: name === 'hour' || name === 'day' ? 'sm' : undefined,
      render: (use) => <Used {...use[name]} />,
    }),
  ),
];

function Used({ used, most }: LimitUse['minute']) {
  // Without a limit nobody counts.
  if (most === null) return <span className="muted">no limit</span>;
  const share = used / most;
  return (
    <span className="num" style={{ whiteSpace: 'nowrap' }}>
      {format.count(used)} <span className="muted">of {format.count(most)}</span>
      {share >= NEARLY && <span> ({format.percent(Math.min(1, share))})</span>}
    </span>
  );
}

function PolicyForm({ policy, plan }: { policy: LimitPolicy; plan: OwnLimits }) {
  const { client, query } = useTenantApi();
  const queries = useQueryClient();
  const [person, setPerson] = useState(policy.person);
  const [key, setKey] = useState(policy.key);
  const saving = useMutation({
    mutationFn: () => client.limits.update({ version: policy.version, person, key }),
    onSuccess: () => queries.invalidateQueries({ queryKey: query.limits.key() }),
  });
  return (
    <Stack gap="md">
      <Fieldset legend="Each person, with all their keys together">
        <LimitInputs value={person} onChange={setPerson} otherwise={plan} />
      </Fieldset>
      <Fieldset legend="Each API key that has no limits of its own">
        <LimitInputs value={key} onChange={setKey} otherwise={plan} />
      </Fieldset>
      {saving.isError && <ErrorNotice error={saving.error} doing="The limits were not changed." />}
      <Group>
        <Button loading={saving.isPending} onClick={() => saving.mutate()}>
          Save limits
        </Button>
      </Group>
    </Stack>
  );
}
