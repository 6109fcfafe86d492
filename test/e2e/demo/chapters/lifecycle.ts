import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { signInOperator, signOut } from '../../support/accounts';
import { keyringHoldsKey } from '../../support/keys';
import { goTo } from '../../support/stage';
import { act, createTenant, openTenant } from '../../support/tenants';
import { remembered, type Scene, type Step } from '../step';

/** The operator again: what they may not read, and how tenants pause and end. */
export const lifecycle: readonly Step[] = [
  {
    title: 'The operator cannot read the tenant’s conversations',
    picture: 'operator-kept-out',
    run: async ({ stage: { page }, story, memory }) => {
      await signInOperator(page, story.operator);
      await openTenant(page, story.tenant.name);
      await goTo(page, remembered(memory, 'conversation'));
      await page.getByText('The conversation could not be read.').waitFor();
      if (await page.getByText(story.question).isVisible())
        throw new Error('the operator reads the question');
    },
  },
  {
    title: 'The tenant is suspended: its key leaves the engine',
    picture: 'suspended',
    run: async ({ stage: { page }, story }) => {
      await openTenant(page, story.tenant.name);
      await act(page, 'Suspend tenant…');
      const dialogue = page.getByRole('dialog');
      await dialogue.getByLabel('Reason').fill('Contract under review');
      await dialogue.getByRole('button', { name: 'Suspend tenant' }).click();
      await page.getByText(`${story.tenant.name} is suspended`).first().waitFor();
      await dialogue.waitFor({ state: 'hidden' });
    },
  },
  {
    title: 'The tenant is resumed',
    run: async ({ stage: { page } }) => {
      await act(page, 'Resume tenant');
      await page.getByRole('region', { name: /Key figures of/ }).waitFor();
    },
  },
  {
    title: 'A second tenant is created: its key is in the keyring, its database on the disk',
    run: async (scene) => {
      const { stage, story, memory } = scene;
      await goTo(stage.page, '/tenants');
      memory.leaverId = await createTenant(stage.page, story.leaver);
      const { key, folder } = remainsOf(scene);
      if (!key || !folder) throw new Error(`key in the keyring: ${key}, folder on the disk: ${folder}`);
    },
  },
  {
    title: 'The second tenant is deleted: its key is destroyed, its files are gone',
    picture: 'deleted',
    run: async (scene) => {
      const { page } = scene.stage;
      const { name } = scene.story.leaver;
      await act(page, 'Delete tenant…');
      const dialogue = page.getByRole('dialog');
      await dialogue.getByLabel(`Type ${name} to confirm`).fill(name);
      await dialogue.getByRole('button', { name: 'Delete tenant' }).click();
      await page
        .getByRole('dialog', { name: `${name} is deleted` })
        .getByText('Destroyed')
        .waitFor();
      const { key, folder } = remainsOf(scene);
      if (key || folder) throw new Error(`key in the keyring: ${key}, folder on the disk: ${folder}`);
    },
  },
  {
    title: 'The list holds the tenant that stays',
    picture: 'tenants',
    run: async ({ stage: { page }, story }) => {
      await page.getByRole('button', { name: 'Back to tenants' }).click();
      const list = page.getByRole('table', { name: 'Tenants' });
      await list.getByText(story.tenant.name).waitFor();
      await list.getByText(story.leaver.name).waitFor({ state: 'detached' });
    },
  },
  {
    title: 'The operator signs out',
    run: async ({ stage: { page } }) => signOut(page),
  },
];

/** What is left of the second tenant outside the window. */
function remainsOf({ stage, memory }: Scene): { key: boolean; folder: boolean } {
  const id = remembered(memory, 'leaverId');
  return {
    key: keyringHoldsKey(stage.desktop, id),
    folder: existsSync(join(stage.dataFolder, 'tenants', id)),
  };
}
