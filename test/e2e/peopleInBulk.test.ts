import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SignedStatement } from '../../src/contract';
import { STORY } from './demo/story';
import { createOperator, signInMember, signOut } from './support/accounts';
import { downloadTo } from './support/downloads';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { createTenant, openTab } from './support/tenants';
import { openWorld, type World } from './support/world';

const STAFF = [
  'Surname;First name;Mail;Function',
  'Ibáñez;José;jose@northgate.example;Staff',
  'Lund;Pia;pia@northgate.example;Claims lead',
].join('\r\n');

/** Chooses the file as a spreadsheet of the West writes it, and gives each of its words a role. */
async function readStaff(page: Page): Promise<void> {
  const buffer = Buffer.from(STAFF, 'latin1');
  await page
    .getByLabel('Choose a CSV file of people')
    .setInputFiles({ name: 'staff.csv', mimeType: 'text/csv', buffer });
  const dialogue = page.getByRole('dialog', { name: 'Import staff.csv' });
  await dialogue.getByRole('cell', { name: 'Ibáñez' }).waitFor();
  await dialogue.getByRole('combobox', { name: 'What the column Function is' }).click();
  await page.getByRole('option', { name: 'Role', exact: true }).click();
  await dialogue.getByRole('combobox', { name: 'The role of the word Claims lead' }).click();
  await page.getByRole('option', { name: 'Guest' }).click();
  await dialogue.getByRole('button', { name: 'Preview 2 lines' }).click();
}

describe.runIf(process.platform === 'linux')('the people of a tenant', { timeout: 120_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    const { page } = world.stage;
    await createOperator(page, STORY.operator);
    await createTenant(page, STORY.tenant);
    await signOut(page);
    await signInMember(page, STORY.tenant);
  }, 120_000);
  afterEach((context) => leavePictureOfFailure(context, world?.stage));
  afterAll(() => world?.close());

  test('come out of a file, with their codes in a report, and once only', async () => {
    const { page } = world.stage;
    await openTab(page, 'Users');
    await readStaff(page);
    await page.getByText('2 people are invited, 0 people changed, 0 left as they are.').waitFor();
    await page.getByRole('button', { name: 'Import 2 people' }).click();
    const file = join(world.desktop.makeFolder('reports'), 'report.csv');
    const outcome = await downloadTo(world, file, () =>
      page.getByRole('button', { name: 'Save as CSV' }).click(),
    );
    expect(outcome).toBe('completed people-import-report.csv');
    const report = (await readFile(file, 'utf8')).trimEnd().split('\r\n');
    expect(report[1]).toMatch(
      /^2,jose@northgate\.example,José Ibáñez,new,,Is invited as user\.,([0-9A-Z]{4}-){7}[0-9A-Z]{4},/,
    );
    await page.getByLabel('I have saved the report').check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('cell', { name: /^José Ibáñez/ }).waitFor();

    await readStaff(page);
    await page.getByText('Everybody is as the file says. There is nothing to do.').waitFor();
    await page.keyboard.press('Escape');
    expect(world.stage.mistakes()).toEqual([]);
  });

  test('are reviewed, and the signed record is verified with nothing but itself', async () => {
    const { page } = world.stage;
    await openTab(page, 'Security');
    await page
      .getByRole('radiogroup', { name: 'Part of Security' })
      .getByText('Reviews', { exact: true })
      .click();
    await page.getByRole('button', { name: 'Open a review now' }).click();
    await page.getByRole('button', { name: 'Change: Pia Lund' }).click();
    await page.getByLabel('Disable the account').check();
    await page.getByLabel('Why').fill('Never came');
    await page.getByRole('button', { name: 'Decide to disable' }).click();
    await page.getByRole('button', { name: 'Keep the 1 shown that are not decided' }).click();
    await page.getByRole('button', { name: `Keep: ${STORY.tenant.administrator.name}` }).click();
    await page.getByText('3 of 3 accounts decided, 1 change among them').waitFor();
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.getByText('Never came').last().waitFor();
    await page.getByRole('button', { name: 'Sign the review' }).click();
    const file = join(world.desktop.makeFolder('records'), 'review.json');
    await page.getByText('Signed', { exact: true }).last().waitFor();
    const outcome = await downloadTo(world, file, () =>
      page.getByRole('button', { name: /^Save record/ }).click(),
    );
    expect(outcome).toMatch(/^completed access-review-.*\.json$/);
    const { publicKey } = JSON.parse(await readFile(file, 'utf8')) as SignedStatement;
    const said = execFileSync(
      process.execPath,
      ['--import', 'tsx', 'src/cli/riscura.ts', 'verify', file, '--public-key', publicKey],
      { encoding: 'utf8' },
    );
    expect(said).toContain('Pia Lund <pia@northgate.example>: guest to disabled');
    expect(said).toContain('decided about themselves: nobody else could have');
    expect(said).toContain('OK. The statement is as it was signed.');
    await openTab(page, 'Users');
    await page
      .getByRole('row', { name: /Pia Lund/ })
      .getByText('Disabled')
      .waitFor();
    expect(world.stage.mistakes()).toEqual([]);
  });
});
