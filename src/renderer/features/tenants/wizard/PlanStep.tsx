import { Radio, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Plan } from '../../../../contract';
import { installation } from '../../../app/api';
import { ErrorNotice, format, SkeletonPanel } from '../../../ui';
import { ChoiceCard } from './ChoiceCard';
import type { WizardForm } from './wizardForm';

/** What the tenant may use: one of the plans. */
export function PlanStep({ form }: { form: WizardForm }) {
  const plans = useQuery(installation.query.plans.list.queryOptions({ input: {} }));
  if (plans.isError) {
    return <ErrorNotice error={plans.error} doing="The plans could not be listed." onRetry={plans.refetch} />;
  }
  if (!plans.data) return <SkeletonPanel lines={8} />;
  return (
    <Radio.Group aria-label="Plan" {...form.getInputProps('plan')}>
      <Stack gap="xs">
        {plans.data.map((plan) => (
          <ChoiceCard key={plan.id} value={plan.id} label={plan.name} aside={price(plan)}>
            {plan.summary} {limits(plan)}
          </ChoiceCard>
        ))}
      </Stack>
    </Radio.Group>
  );
}

function price(plan: Plan): string {
  return plan.monthlyBase.micros === 0 ? 'no base fee' : `${format.money(plan.monthlyBase)} a month`;
}

function limits(plan: Plan): string {
  const queries =
    plan.queriesPerMonth === null
      ? 'Queries without limit'
      : `${format.count(plan.queriesPerMonth)} queries a month`;
  const users = plan.users === null ? 'accounts without limit' : format.plural(plan.users, 'account');
  return `${queries}, ${plan.concurrentRequests} at once, ${format.bytes(plan.storageBytes)}, ${users}.`;
}
