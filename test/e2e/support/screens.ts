import type { Page } from 'playwright';
import { closePanel } from './assistant';
import { goTo } from './stage';
import { act, wizard } from './tenants';

/** A state of the window worth looking at. */
export interface Screen {
  readonly name: string;
  open(page: Page): Promise<void>;
  /** Leaves what lies over the page. */
  close?(page: Page): Promise<void>;
}

/** The answers that the wizard is walked through with; the tenant is not created. */
const DRAFT = {
  name: 'Not Created',
  domain: 'not-created.example',
  administrator: { name: 'Nobody', email: 'nobody@not-created.example', password: 'only for the wizard 1' },
};

const heading = (page: Page, name: string | RegExp, level?: number) =>
  page.getByRole('heading', { name, level }).first().waitFor({ state: 'attached' });

/** What an operator sees. */
export function operatorScreens(tenantId: string): readonly Screen[] {
  const tenant = `/tenants/${tenantId}`;
  const overview = async (page: Page) => {
    await goTo(page, `${tenant}/overview`);
    await page.getByRole('region', { name: /Key figures of/ }).waitFor();
  };
  return [
    {
      name: 'tenants',
      open: async (page) => {
        await goTo(page, '/tenants');
        await page.getByRole('table', { name: 'Tenants' }).getByRole('link').first().waitFor();
      },
    },
    { name: 'wizard', open: (page) => at(page, '/tenants/new', 'Create tenant') },
    { name: 'wizard, plan', open: (page) => wizard.organisation(page, DRAFT) },
    { name: 'wizard, residency', open: (page) => wizard.plan(page) },
    { name: 'wizard, model', open: (page) => wizard.residency(page) },
    { name: 'wizard, administrator', open: (page) => wizard.model(page) },
    { name: 'wizard, review', open: (page) => wizard.administrator(page, DRAFT) },
    { name: 'models', open: (page) => at(page, '/models', 'Models') },
    {
      name: 'declare provider',
      open: async (page) => {
        await page
          .getByRole('button', { name: /Declare/ })
          .first()
          .click();
        await page.getByRole('dialog').waitFor();
      },
      close: closePanel,
    },
    { name: 'network', open: (page) => at(page, '/network', 'Network') },
    { name: 'audit of the installation', open: (page) => at(page, '/audit', 'Audit of the installation') },
    { name: 'installation', open: (page) => at(page, '/installation', 'Installation') },
    { name: 'overview', open: overview },
    {
      name: 'suspend',
      open: async (page) => {
        await act(page, 'Suspend tenant…');
        await page.getByRole('dialog').waitFor();
      },
      close: closePanel,
    },
    {
      name: 'delete',
      open: async (page) => {
        await act(page, 'Delete tenant…');
        await page.getByRole('dialog').waitFor();
      },
      close: closePanel,
    },
    {
      name: 'usage',
      open: async (page) => {
        await page.getByRole('link', { name: 'Usage', exact: true }).click();
        await heading(page, 'Usage', 2);
      },
    },
    { name: 'isolation', open: (page) => at(page, `${tenant}/isolation`, 'Isolation') },
    { name: 'audit', open: (page) => at(page, `${tenant}/audit`, 'Audit') },
    {
      name: 'audit event',
      open: async (page) => {
        await goTo(page, `${tenant}/audit/1`);
        await page.getByText('The checkpoint carries the signature').waitFor();
      },
      close: closePanel,
    },
    { name: 'settings', open: (page) => at(page, `${tenant}/settings`, 'Settings') },
    {
      name: 'commands',
      open: async (page) => {
        await page.keyboard.press('Control+K');
        await page.getByPlaceholder('Find a tenant, page or action').waitFor();
      },
      close: async (page) => {
        await page.keyboard.press('Escape');
        await page.getByPlaceholder('Find a tenant, page or action').waitFor({ state: 'hidden' });
      },
    },
    {
      name: 'shortcuts',
      open: async (page) => {
        await page.keyboard.press('Shift+?');
        await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      },
      close: closePanel,
    },
  ];
}

/** What a member of a tenant sees. */
export function memberScreens(tenantId: string): readonly Screen[] {
  const tenant = `/tenants/${tenantId}`;
  return [
    { name: 'assistant, new', open: (page) => at(page, `${tenant}/assistant`, 'Assistant') },
    {
      name: 'assistant, answered',
      open: async (page) => {
        await page.getByRole('navigation', { name: 'Conversations' }).getByRole('link').first().click();
        await page.getByRole('article', { name: 'Answer' }).first().waitFor();
      },
    },
    {
      name: 'source',
      open: async (page) => {
        await page.getByRole('list', { name: 'Sources' }).first().getByRole('button').first().click();
        await page.getByRole('dialog', { name: /^Source \d/ }).waitFor();
      },
      close: closePanel,
    },
    {
      name: 'receipt',
      open: async (page) => {
        await page.getByRole('button', { name: 'Receipt' }).last().click();
        await page.getByRole('dialog', { name: 'Receipt' }).waitFor();
      },
      close: closePanel,
    },
    { name: 'documents', open: (page) => at(page, `${tenant}/documents`, 'Documents') },
    { name: 'member’s isolation', open: (page) => at(page, `${tenant}/isolation`, 'Isolation') },
    { name: 'member’s settings', open: (page) => at(page, `${tenant}/settings`, 'Settings') },
  ];
}

async function at(page: Page, path: string, title: string): Promise<void> {
  await goTo(page, path);
  await heading(page, title);
}
