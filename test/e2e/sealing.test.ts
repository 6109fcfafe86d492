import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { STORY } from './demo/story';
import { createOperator } from './support/accounts';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { goTo } from './support/stage';
import { openWorld, type World } from './support/world';

describe.runIf(process.platform === 'linux')('sealing everything', { timeout: 60_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    await createOperator(world.stage.page, STORY.operator);
  }, 150_000);
  afterEach((context) => leavePictureOfFailure(context, world?.stage));
  afterAll(() => world?.close());

  test('shows how an operator opens it again, and their password does', async () => {
    const { page } = world.stage;
    await goTo(page, '/installation');
    await page.getByRole('button', { name: 'Seal…' }).click();
    await page.getByLabel('Type seal everything to confirm').fill('seal everything');
    await page.getByRole('button', { name: 'Seal everything', exact: true }).click();
    await page.getByRole('heading', { name: 'The installation is sealed' }).waitFor();
    if (process.env.RISCURA_PICTURES)
      await page.screenshot({ path: `${process.env.RISCURA_PICTURES}/sealed.png` });
    await page.getByLabel('E-mail of an operator').fill(STORY.operator.email);
    await page.getByLabel('Password', { exact: true }).fill(STORY.operator.password);
    await page.getByRole('button', { name: 'Unseal and sign in' }).click();
    await page.getByRole('button', { name: `Account: ${STORY.operator.name}` }).waitFor();
    expect(world.stage.mistakes()).toEqual([]);
  });
});
