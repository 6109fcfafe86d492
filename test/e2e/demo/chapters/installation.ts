import { createOperator, fillOperator, signInOperator, signOut } from '../../support/accounts';
import type { Step } from '../step';

/** A fresh console gets its operator. */
export const installation: readonly Step[] = [
  {
    title: 'A fresh console asks who runs it',
    picture: 'first-run',
    run: async ({ stage: { page } }) => {
      await page.getByRole('heading', { name: 'Welcome to RISCURA Console' }).waitFor();
      await page.getByRole('list', { name: 'Rules for the password' }).waitFor();
    },
  },
  {
    title: 'A password that breaks the rules is refused',
    picture: 'password-rules',
    run: async ({ stage: { page }, story: { operator } }) => {
      await fillOperator(page, operator, 'herons');
      await page.getByRole('button', { name: 'Create operator' }).click();
      await page.getByLabel('Password', { exact: true }).and(page.locator('[aria-invalid="true"]')).waitFor();
      await page.getByRole('listitem').filter({ hasText: 'not met yet' }).first().waitFor();
    },
  },
  {
    title: 'The first operator is created',
    picture: 'no-tenants',
    run: async ({ stage: { page }, story: { operator } }) => {
      await createOperator(page, operator);
      await page.getByText('No tenant yet').waitFor();
    },
  },
  {
    title: 'The operator signs out and in again',
    run: async ({ stage: { page }, story: { operator } }) => {
      await signOut(page);
      await signInOperator(page, operator);
      await page.getByText('No tenant yet').waitFor();
    },
  },
];
