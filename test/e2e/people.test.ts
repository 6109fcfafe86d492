import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { STORY } from './demo/story';
import { createOperator, signInMember, signOut } from './support/accounts';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { createTenant, openTab } from './support/tenants';
import { openWorld, type World } from './support/world';

const GRETA = {
  name: 'Greta Dahl',
  email: 'greta.dahl@northgate.example',
  password: 'lantern orchard quiet sum',
};
const HERS = { ...STORY.tenant, administrator: GRETA };

/** Enters domain, address and code of a sheet. */
async function openInvitation(page: Page, code: string): Promise<void> {
  await page.getByText('Member of a tenant', { exact: true }).click();
  await page.getByRole('button', { name: 'I have an invitation' }).click();
  await page.getByLabel('Tenant domain').fill(STORY.tenant.domain);
  await page.getByLabel('E-mail').fill(GRETA.email);
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Answers the dialogue that is open, with the reason and what must be typed. */
async function confirm(page: Page, action: string, typed?: string): Promise<void> {
  const dialogue = page.getByRole('dialog', { name: `${action} 1 person` });
  await dialogue.getByLabel('Reason').fill('A test by hand');
  if (typed) await dialogue.getByLabel(`Type ${typed} to confirm`).fill(typed);
  await dialogue.getByRole('button', { name: action, exact: true }).click();
  await dialogue.waitFor({ state: 'hidden' });
}

describe.runIf(process.platform === 'linux')('somebody who is invited', { timeout: 90_000 }, () => {
  let world: World;
  let code = '';
  beforeAll(async () => {
    world = await openWorld();
    const { page } = world.stage;
    await createOperator(page, STORY.operator);
    await createTenant(page, STORY.tenant);
    await signOut(page);
    await signInMember(page, STORY.tenant);
  }, 150_000);
  afterEach((context) => leavePictureOfFailure(context, world?.stage));
  afterAll(() => world?.close());

  test('is given a code that is shown once', async () => {
    const { page } = world.stage;
    await openTab(page, 'Users');
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialogue = page.getByRole('dialog');
    await dialogue.getByLabel('Name', { exact: true }).fill(GRETA.name);
    await dialogue.getByLabel('E-mail').fill(GRETA.email);
    await dialogue.getByRole('button', { name: 'Invite' }).click();
    code = (await page.getByLabel('Invitation code').textContent()) ?? '';
    expect(code).toMatch(/^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/);
    await page.getByLabel('I have the code').check();
    await dialogue.getByRole('button', { name: 'Done' }).click();
    await page
      .getByRole('row', { name: /Greta Dahl/ })
      .getByText('Invited')
      .waitFor();
    expect(await page.content()).not.toContain(code);
  });

  test('sets a password with it, once, and works', async () => {
    const { page } = world.stage;
    await signOut(page);
    await openInvitation(page, 'WWWW-WWWW-WWWW-WWWW-WWWW-WWWW-WWWW-WWWW');
    await page.getByText('There is no open invitation').waitFor();
    await page.getByLabel('Code').fill(code.toLowerCase());
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText(`Welcome, ${GRETA.name}.`).waitFor();
    await page.getByLabel('New password', { exact: true }).fill(GRETA.password);
    await page.getByLabel('Repeat the new password').fill(GRETA.password);
    await page.getByRole('button', { name: 'Set password and sign in' }).click();
    await page.getByRole('button', { name: `Account: ${GRETA.name}` }).waitFor();
    expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);
    await signOut(page);
    await openInvitation(page, code);
    await page.getByText('There is no open invitation').waitFor();
    await page.getByRole('button', { name: 'Back to sign-in' }).click();
    await signInMember(page, HERS);
    await signOut(page);
  });

  test('is disabled out of the list by keyboard, and is out', async () => {
    const { page } = world.stage;
    await signInMember(page, STORY.tenant);
    await openTab(page, 'Users');
    await page.getByRole('checkbox', { name: `Choose ${GRETA.name}` }).press('Space');
    await page.getByRole('toolbar').getByRole('button', { name: 'Disable' }).press('Enter');
    await page.getByText('active → disabled').waitFor();
    await confirm(page, 'Disable');
    await page
      .getByRole('row', { name: /Greta Dahl/ })
      .getByText('Disabled')
      .waitFor();
    await signOut(page);
    await page.getByText('Member of a tenant', { exact: true }).click();
    await page.getByLabel('Tenant domain').fill(STORY.tenant.domain);
    await page.getByLabel('E-mail').fill(GRETA.email);
    await page.getByLabel('Password', { exact: true }).fill(GRETA.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Name and password do not match an account.').waitFor();
  });

  test('is removed, and what they did stays under an id', async () => {
    const { page } = world.stage;
    await signInMember(page, STORY.tenant);
    await openTab(page, 'Users');
    await page.getByRole('link', { name: GRETA.name }).click();
    const drawer = page.getByRole('dialog', { name: GRETA.name });
    await drawer.getByRole('button', { name: 'Remove' }).click();
    await confirm(page, 'Remove', GRETA.name);
    await page.getByRole('row', { name: /Greta Dahl/ }).waitFor({ state: 'hidden' });
    await openTab(page, 'Audit');
    await page.getByText('person.removed').waitFor();
    await page.getByText('Removed person').first().waitFor();
    expect(world.stage.mistakes()).toEqual([]);
  });
});
