import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { STORY } from './demo/story';
import { createOperator, signInMember, signOut } from './support/accounts';
import { downloadTo } from './support/downloads';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { createTenant, openTab } from './support/tenants';
import { openWorld, type World } from './support/world';

describe.runIf(process.platform === 'linux')('the audit of a tenant', { timeout: 120_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    const { page } = world.stage;
    await createOperator(page, STORY.operator);
    await createTenant(page, STORY.tenant);
    await signOut(page);
    await signInMember(page, STORY.tenant);
    await openTab(page, 'Audit');
  }, 120_000);
  afterEach((context) => leavePictureOfFailure(context, world?.stage));
  afterAll(() => world?.close());

  test('lists the events of one person, and exports just those', async () => {
    const { page } = world.stage;
    const table = page.getByRole('table', { name: 'Audit events' });
    const { administrator } = STORY.tenant;
    await table.getByRole('cell', { name: STORY.operator.name }).first().waitFor();
    await table.getByRole('cell', { name: administrator.name }).first().waitFor();
    const filter = page.getByRole('search', { name: 'Filter of the audit events' });
    await filter.getByLabel('Who', { exact: true }).fill(administrator.name.toUpperCase());
    await filter.getByLabel('What', { exact: true }).fill('viewed');
    const column = (number: number) => table.locator(`tbody td:nth-child(${number})`).allInnerTexts();
    await expect.poll(async () => new Set(await column(4))).toEqual(new Set([administrator.name]));
    const events = await column(3);
    for (const event of events) expect(event).toMatch(/viewed$/);

    const file = join(world.desktop.makeFolder('exports'), 'audit.csv');
    const outcome = await downloadTo(world, file, async () => {
      await page.getByRole('button', { name: 'Export the audit events' }).click();
      await page.getByRole('menuitem', { name: /CSV/ }).click();
    });
    expect(outcome).toMatch(/^completed audit-.*\.csv$/);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^sequence,time,/);
    expect(lines).toHaveLength(events.length + 1);
    for (const line of lines.slice(1)) expect(line).toContain(`,${administrator.name},`);
    expect(world.stage.mistakes()).toEqual([]);
  });

  test('says when nothing matches', async () => {
    const { page } = world.stage;
    const filter = page.getByRole('search', { name: 'Filter of the audit events' });
    await filter.getByLabel('On what').fill('nothing is called that');
    await page.getByText('No event matches').waitFor();
  });
});
