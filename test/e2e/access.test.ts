import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { STORY } from './demo/story';
import { createOperator, signInMember, signInOperator, signOut } from './support/accounts';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { createTenant, openTab, openTenant } from './support/tenants';
import { openWorld, type World } from './support/world';

async function openPart(page: Page, part: string): Promise<void> {
  await openTab(page, 'Security');
  await page.getByRole('radiogroup', { name: 'Part of Security' }).getByText(part, { exact: true }).click();
}

async function takeGrant(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Take a grant' }).click();
  await page.getByLabel('Reason').fill('Case 4711: an answer that quotes somebody else.');
  await page.getByRole('button', { name: 'Break the glass' }).click();
}

describe.runIf(process.platform === 'linux')('access to a tenant', { timeout: 150_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    await createOperator(world.stage.page, STORY.operator);
    await createTenant(world.stage.page, STORY.tenant);
    await signOut(world.stage.page);
    await signInMember(world.stage.page, STORY.tenant);
  }, 150_000);
  afterEach((context) => leavePictureOfFailure(context, world?.stage));
  afterAll(() => world?.close());

  test('is explained, and given by a role that the tenant composes', async () => {
    const { page } = world.stage;
    await openPart(page, 'Access');
    await page.getByText('The role operator holds it.').waitFor();
    await page.getByRole('button', { name: 'Compose role' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Librarian');
    await page.getByLabel('Add and remove documents').check();
    await page.getByRole('button', { name: 'Save role' }).click();
    await page.getByRole('button', { name: 'Edit Librarian' }).waitFor();
  });

  test('takes two persons and is seen by the tenant where the glass is broken', async () => {
    const { page } = world.stage;
    const giveWord = page.getByRole('button', { name: 'Give word: Break the glass' });
    const banner = page.getByText('can read the conversations of this tenant', { exact: false });
    await openPart(page, 'Two persons');
    await page.getByLabel('Break the glass').check();
    await page.getByRole('button', { name: 'Save policy' }).click();
    await page.getByRole('button', { name: 'Ask for somebody’s word' }).waitFor();
    await signOut(page);

    await signInOperator(page, STORY.operator);
    await openTenant(page, STORY.tenant.name);
    await openPart(page, 'Break-glass');
    await takeGrant(page);
    await page.getByText('This tenant wants the word of a second person for this.').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await openPart(page, 'Two persons');
    await page.getByRole('button', { name: 'Ask for somebody’s word' }).click();
    await page.getByLabel('Reason').fill('Case 4711.');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.getByText('Waits').waitFor();
    expect(await giveWord.count()).toBe(0);
    await signOut(page);

    await signInMember(page, STORY.tenant);
    await openPart(page, 'Two persons');
    await giveWord.click();
    await page.getByText('Given', { exact: true }).waitFor();
    await signOut(page);

    await signInOperator(page, STORY.operator);
    await openTenant(page, STORY.tenant.name);
    await openPart(page, 'Break-glass');
    await takeGrant(page);
    await page.getByRole('button', { name: 'Use', exact: true }).click();
    await page.getByText('Nobody has asked anything yet').waitFor();
    await signOut(page);

    await signInMember(page, STORY.tenant);
    await banner.waitFor();
    await page.getByRole('link', { name: 'See the grant' }).click();
    await page.getByRole('button', { name: /^End now: the grant of/ }).click();
    await page.getByText('Ended', { exact: true }).waitFor();
    await banner.waitFor({ state: 'detached' });
    expect(world.stage.mistakes()).toEqual([]);
  });
});
