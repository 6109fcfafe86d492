import { ConsoleError, type installationContract, type Plan, type PlanId } from '../../../contract';
import type { Handlers } from '../../door';
import type { ControlContext } from '../context';

/** @throws ConsoleError NOT_FOUND */
export function planOf({ plans }: ControlContext, id: PlanId): Plan {
  const plan = plans.find((candidate) => candidate.id === id);
  if (!plan) throw new ConsoleError('NOT_FOUND', { reason: `There is no plan “${id}”.` });
  return plan;
}

/** The plans a tenant can have. */
export function createPlans(context: ControlContext): Handlers<(typeof installationContract)['plans']> {
  return { list: async () => [...context.plans] };
}
