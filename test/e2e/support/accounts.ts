import type { Page } from 'playwright';
import type { Organisation, Person } from '../demo/story';

/** Creates the first operator of a fresh installation, who is then signed in. */
export async function createOperator(page: Page, operator: Person): Promise<void> {
  await fillOperator(page, operator, operator.password);
  await page.getByRole('button', { name: 'Create operator' }).click();
  await page.getByRole('heading', { name: 'Tenants', exact: true }).waitFor();
}

/** Fills in the form of the first run. */
export async function fillOperator(page: Page, operator: Person, password: string): Promise<void> {
  await page.getByRole('heading', { name: 'Welcome to RISCURA Console' }).waitFor();
  await page.getByLabel('Your name').fill(operator.name);
  await page.getByLabel('E-mail').fill(operator.email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Repeat the password').fill(password);
}

export async function signInOperator(page: Page, operator: Person): Promise<void> {
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByText('Operator', { exact: true }).click();
  await fillCredentials(page, operator);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: `Account: ${operator.name}` }).waitFor();
}

export async function signInMember(page: Page, tenant: Organisation): Promise<void> {
  await fillMember(page, tenant);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: tenant.name, level: 1, exact: true }).waitFor();
}

/** Fills in the form with which a member of a tenant signs in. */
export async function fillMember(page: Page, tenant: Organisation): Promise<void> {
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByText('Member of a tenant', { exact: true }).click();
  await page.getByLabel('Tenant domain').fill(tenant.domain);
  await fillCredentials(page, tenant.administrator);
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account:/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

async function fillCredentials(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
}
