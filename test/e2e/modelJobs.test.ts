import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { STORY } from './demo/story';
import { createOperator } from './support/accounts';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { goTo } from './support/stage';
import { openWorld, type World } from './support/world';

/** Long enough to be sent for some seconds; only what is sent takes room on the disk. */
const SIZE_BYTES = 3 * 1024 ** 3;

describe.runIf(process.platform === 'linux')('an import', { timeout: 120_000 }, () => {
  let world: World;
  let file: string;
  beforeAll(async () => {
    world = await openWorld();
    file = join(world.desktop.makeFolder('files'), 'larger.gguf');
    const handle = await open(file, 'w');
    await handle.truncate(SIZE_BYTES);
    await handle.close();
    await createOperator(world.stage.page, STORY.operator);
  }, 120_000);
  afterEach((context) => leavePictureOfFailure(context, world?.stage));
  afterAll(async () => {
    if (file) await rm(file, { force: true });
    await world?.close();
  });

  test('is found again by a window that was reloaded, which can cancel it', async () => {
    const { page } = world.stage;
    await goTo(page, '/models');
    await page.getByRole('button', { name: 'Import a GGUF' }).click();
    await page.locator('input[type="file"]').setInputFiles(file);
    await page.getByRole('button', { name: 'Import model' }).click();
    const work = page.getByRole('list', { name: 'Pulls and imports' });
    await work.getByText(/ of 3 GiB/).waitFor();
    await page.reload();

    await work.getByText('larger').waitFor();
    await work.getByText('Receiving').waitFor();
    await work.getByText(/closed or reloaded/).waitFor();
    await work.getByRole('button', { name: 'Cancel' }).click();
    await work.getByText('Cancelled').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Models', level: 1 }).waitFor();
    await page.getByRole('table', { name: 'Providers' }).waitFor();
    expect(await work.count()).toBe(0);
    expect(world.stage.mistakes()).toEqual([]);
  });
});
