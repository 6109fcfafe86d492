import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';
import { STORY } from './demo/story';
import { signOut } from './support/accounts';
import { waitForAnswer } from './support/assistant';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { openMemberWorld, type World } from './support/world';

const MOST_STOPS = 80;

/** Presses Tab until what is named has the focus. */
async function tabTo(page: Page, role: string, name: string): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    const focused = page.locator(':focus').and(page.getByRole(role as 'button', { name, exact: true }));
    if ((await focused.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to the ${role} ${name}`);
}

describe.runIf(process.platform === 'linux')('without a mouse', { timeout: 150_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await openMemberWorld();
    await signOut(world.stage.page);
  }, 150_000);
  afterEach((context) => leavePictureOfFailure(context, world?.stage));
  afterAll(() => world?.close());

  test('one signs in, asks, opens the receipt, closes it and signs out', async () => {
    const { page } = world.stage;
    const { keyboard } = page;
    const { name, administrator } = STORY.tenant;
    await tabTo(page, 'textbox', 'E-mail');
    await keyboard.type(administrator.email);
    await tabTo(page, 'textbox', 'Password');
    await keyboard.type(administrator.password);
    await keyboard.press('Enter');
    await page.getByRole('heading', { name, level: 1, exact: true }).waitFor();

    await keyboard.press('Control+K');
    await page.getByPlaceholder('Find a tenant, page or action').waitFor();
    await keyboard.type('Assistant');
    await keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Question' }).waitFor();
    await tabTo(page, 'textbox', 'Question');
    await keyboard.type(STORY.question);
    await keyboard.press('Enter');
    await waitForAnswer(page);

    await tabTo(page, 'button', 'Receipt');
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Receipt' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Receipt' }).waitFor({ state: 'hidden' });

    await keyboard.press('Control+K');
    await page.getByPlaceholder('Find a tenant, page or action').waitFor();
    await keyboard.type('Sign out');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});
