import type { Page } from 'playwright';
import type { Organisation } from '../demo/story';
import { goTo } from './stage';

const PROVISIONING_MS = 30_000;

/** The answers of the wizard, one function a step, so that a picture can be taken between them. */
export const wizard = {
  open: async (page: Page) => {
    await page.getByRole('link', { name: 'Create tenant' }).click();
    await page.getByRole('heading', { name: 'Create tenant' }).waitFor();
  },
  organisation: async (page: Page, { name, domain }: Organisation) => {
    await page.getByLabel('Organisation name').fill(name);
    await page.getByLabel('Domain', { exact: true }).fill(domain);
    await next(page);
  },
  plan: async (page: Page) => {
    await page.getByRole('radio', { name: 'Professional' }).click();
    await next(page);
  },
  residency: async (page: Page) => {
    await page.getByRole('radio', { name: 'Local only' }).click();
    await next(page);
  },
  model: async (page: Page) => {
    await page.getByRole('radio', { name: /SmolLM2/i }).click();
    await next(page);
  },
  administrator: async (page: Page, { administrator }: Organisation) => {
    await page.getByLabel('Administrator’s name').fill(administrator.name);
    await page.getByLabel('Administrator’s e-mail').fill(administrator.email);
    await page.getByLabel('First password').fill(administrator.password);
    await next(page);
  },
  create: async (page: Page) => {
    await page.getByRole('button', { name: 'Create tenant' }).click();
    await page.getByRole('list', { name: 'Steps of creating the tenant' }).waitFor();
  },
  finished: (page: Page, { name }: Organisation) =>
    page.getByText(`${name} is in service.`).waitFor({ timeout: PROVISIONING_MS }),
};

/** Creates a tenant, from the list of tenants, and opens it. @returns its id */
export async function createTenant(page: Page, organisation: Organisation): Promise<string> {
  await wizard.open(page);
  await wizard.organisation(page, organisation);
  await wizard.plan(page);
  await wizard.residency(page);
  await wizard.model(page);
  await wizard.administrator(page, organisation);
  await wizard.create(page);
  await wizard.finished(page, organisation);
  return openCreated(page, organisation);
}

/** Opens the tenant that was just created. @returns its id */
export async function openCreated(page: Page, { name }: Organisation): Promise<string> {
  await page.getByRole('link', { name: 'Open tenant' }).click();
  await page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
  return tenantOnScreen(page);
}

/** Goes to a tenant by its row in the list of tenants. */
export async function openTenant(page: Page, name: string): Promise<void> {
  await goTo(page, '/tenants');
  await page.getByRole('link', { name }).first().click();
  await page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
}

/** The id of the tenant that the window shows. */
export function tenantOnScreen(page: Page): string {
  const id = /\/tenants\/([0-9a-f-]{36})/.exec(new URL(page.url()).hash)?.[1];
  if (!id) throw new Error('the window shows no tenant');
  return id;
}

/** Opens a tab of the tenant on screen. */
export async function openTab(page: Page, tab: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Tenant' })
    .getByRole('link', { name: tab, exact: true })
    .click();
  await page.getByRole('heading', { name: tab, level: 2 }).waitFor({ state: 'attached' });
}

/** Chooses an action of the tenant on screen. */
export async function act(page: Page, action: string): Promise<void> {
  await page.getByRole('button', { name: 'Actions', exact: true }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

async function next(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click();
}
