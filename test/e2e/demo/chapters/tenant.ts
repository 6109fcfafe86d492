import { signOut } from '../../support/accounts';
import { openCreated, wizard } from '../../support/tenants';
import type { Step } from '../step';

/** The operator makes a tenant. */
export const tenant: readonly Step[] = [
  {
    title: 'The wizard asks for organisation, plan, residency, model and administrator',
    picture: 'wizard-residency',
    run: async ({ stage: { page }, story }) => {
      await wizard.open(page);
      await wizard.organisation(page, story.tenant);
      await wizard.plan(page);
      await page.getByRole('radio', { name: 'Local only' }).waitFor();
    },
  },
  {
    title: 'All answers are shown for review',
    picture: 'wizard-review',
    run: async ({ stage: { page }, story }) => {
      await wizard.residency(page);
      await wizard.model(page);
      await wizard.administrator(page, story.tenant);
      await page.getByText(story.tenant.administrator.email).waitFor();
    },
  },
  {
    title: 'The tenant is provisioned: key, database, storage, administrator',
    picture: 'provisioned',
    run: async ({ stage: { page }, story }) => {
      await wizard.create(page);
      await wizard.finished(page, story.tenant);
    },
  },
  {
    title: 'The operator opens the tenant and signs out',
    run: async ({ stage: { page }, story, memory }) => {
      memory.tenantId = await openCreated(page, story.tenant);
      await signOut(page);
    },
  },
];
