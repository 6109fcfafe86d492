import { Button, Checkbox, Group, NumberInput, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApprovalAct, type ApprovalPolicy } from '../../../contract';
import { useGranted } from '../../app/session';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, format, Section, SkeletonPanel } from '../../ui';
import { useAccessChanged } from './useAccessChanged';
import { ACT_WORDS } from './words';

/** What takes the word of a second person in this tenant. */
export function PolicySection() {
  const { query } = useTenantApi();
  const policy = useQuery(query.approvals.policy.queryOptions({ input: {} }));
  return (
    <Section
      title="What takes two persons"
      description="Somebody asks, somebody else gives their word, and it is used once. Where it binds people of this tenant, to loosen it takes two persons too."
    >
      {policy.data ? (
        <PolicyForm key={JSON.stringify(policy.data)} policy={policy.data} />
      ) : policy.isError ? (
        <ErrorNotice error={policy.error} doing="The policy could not be read." onRetry={policy.refetch} />
      ) : (
        <SkeletonPanel lines={5} />
      )}
    </Section>
  );
}

function PolicyForm({ policy }: { policy: ApprovalPolicy }) {
  const { client } = useTenantApi();
  const changed = useAccessChanged();
  const mayManage = useGranted('access.manage');
  const [acts, setActs] = useState<string[]>(policy.acts);
  const [hours, setHours] = useState(policy.hours);
  const saving = useMutation({
    mutationFn: () => client.approvals.setPolicy({ acts: acts as ApprovalAct[], hours }),
    onSuccess: changed,
  });
  return (
    <Stack gap="md">
      <Checkbox.Group
        label="Takes the word of somebody else"
        description={`${format.plural(policy.deciders, 'account')} could give it now.`}
        value={acts}
        onChange={setActs}
      >
        <Stack gap={6} mt={8}>
          {ApprovalAct.options.map((act) => (
            <Checkbox key={act} value={act} label={ACT_WORDS[act]} disabled={!mayManage} />
          ))}
        </Stack>
      </Checkbox.Group>
      <NumberInput
        label="Hours that a request stands"
        description="And the word that is given to it."
        w={260}
        min={1}
        max={168}
        allowDecimal={false}
        value={hours}
        disabled={!mayManage}
        onChange={(value) => setHours(Number(value))}
      />
      {saving.isError && <ErrorNotice error={saving.error} />}
      {mayManage && (
        <Group>
          <Button loading={saving.isPending} onClick={() => saving.mutate()}>
            Save policy
          </Button>
        </Group>
      )}
    </Stack>
  );
}
