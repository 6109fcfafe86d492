import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createAuthenticator } from '../support/engine/authenticator';
import { STORY } from './demo/story';
import { createOperator, fillMember, signInMember, signOut } from './support/accounts';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { createTenant } from './support/tenants';
import { openWorld, type World } from './support/world';

const STEP_MS = 30_000;
const clock = { now: () => Date.now() } as Parameters<typeof createAuthenticator>[1];

/** Keeps a picture where `RISCURA_PICTURES` names a folder for somebody to look at. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.RISCURA_PICTURES;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
  }
}

async function openAccount(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account:/ }).click();
  await page.getByRole('menuitem', { name: 'Your account' }).click();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
}

async function readSecret(page: Page): Promise<string> {
  await page.getByRole('img', { name: 'QR code for an authenticator app' }).waitFor();
  const text = await page
    .getByText(/^[A-Z2-7]{32}$/)
    .first()
    .textContent();
  return text ?? '';
}

describe.runIf(process.platform === 'linux')('one’s own account', { timeout: 60_000 }, () => {
  let world: World;
  let secret = '';
  let usedStep = 0;
  beforeAll(async () => {
    world = await openWorld();
    await createOperator(world.stage.page, STORY.operator);
    await createTenant(world.stage.page, STORY.tenant);
    await signOut(world.stage.page);
  }, 150_000);
  afterEach((context) => leavePictureOfFailure(context, world?.stage));
  afterAll(() => world?.close());

  /** A code that has not been used: a step of the clock later where it must be. */
  async function freshCode(page: Page): Promise<string> {
    await page.waitForFunction((step) => Math.floor(Date.now() / 30_000) > step, usedStep, {
      timeout: STEP_MS * 2,
      polling: 500,
    });
    usedStep = Math.floor(Date.now() / STEP_MS);
    return createAuthenticator(secret, clock).code();
  }

  test('gets a second factor, whose recovery codes are shown once', async () => {
    const { page } = world.stage;
    await signInMember(page, STORY.tenant);
    await openAccount(page);
    await picture(page, 'account');
    await page.getByRole('button', { name: 'Set up an app' }).click();
    secret = await readSecret(page);
    await picture(page, 'set-up');
    await page.getByLabel('Code that the app shows').fill('000000');
    await page.getByRole('button', { name: 'Take into use' }).click();
    await page.getByText('The code is not right.').waitFor();
    await page.getByLabel('Code that the app shows').fill(await freshCode(page));
    await page.getByRole('button', { name: 'Take into use' }).click();
    const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
    await codes.first().waitFor();
    expect(await codes.count()).toBe(10);
    await picture(page, 'recovery-codes');
    await page.getByLabel('I have kept the codes').check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('10 of 10').waitFor();
  });

  test('wants its code at the next sign-in, and nothing is shown before', async () => {
    const { page } = world.stage;
    await signOut(page);
    await fillMember(page, STORY.tenant);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Second factor' }).waitFor();
    await picture(page, 'second-factor');
    expect(await page.getByRole('navigation').count()).toBe(0);
    await page.getByLabel('Code', { exact: true }).fill('000000');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').first().waitFor();
    await page.getByLabel('Code', { exact: true }).fill(await freshCode(page));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: STORY.tenant.name, level: 1, exact: true }).waitFor();
  });

  test('is governed by the policy on the page Security, where sessions are listed', async () => {
    const { page } = world.stage;
    await page.getByRole('link', { name: 'Security', exact: true }).click();
    await page.getByText('Sessions', { exact: true }).first().click();
    await page.getByLabel('Least length of passwords').waitFor();
    await page.getByLabel('Least length of passwords').fill('14');
    await picture(page, 'security');
    await page.getByRole('button', { name: 'Set policy' }).click();
    await page.getByText('The sign-in policy was set').waitFor();
    await page.getByRole('group', { name: 'Sessions' }).getByText('This window').waitFor();
  });

  test('has API keys, each shown once and revoked with a reason', async () => {
    const { page } = world.stage;
    await openAccount(page);
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Nightly report');
    await page.getByLabel('See figures and usage').check();
    await page.getByRole('button', { name: 'Make key' }).click();
    const secret = await page.getByLabel('API key', { exact: true }).textContent();
    expect(secret).toMatch(/^rsk_[A-Za-z0-9_-]{96}$/);
    await picture(page, 'new-key');
    await page.getByRole('button', { name: 'Done' }).click();
    const table = page.getByRole('group', { name: 'API keys' });
    await table.getByText('Nightly report').waitFor();
    await picture(page, 'keys');
    expect(await page.content()).not.toContain(secret);
    await table.getByRole('button', { name: 'Revoke' }).click();
    await page.getByLabel('Reason').fill('a test');
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await table.getByText('Revoked').waitFor();
  });

  test('is locked from the menu', async () => {
    const { page } = world.stage;
    await page.getByRole('button', { name: /^Account:/ }).click();
    await page.getByRole('menuitem', { name: 'Lock' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(world.stage.mistakes()).toEqual([]);
  });
});
