import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { STORY } from './demo/story';
import { graveViolations, overflow, settled } from './support/accessibility';
import { createOperator, signInMember, signInOperator, signOut } from './support/accounts';
import { addDocuments, ask, boundAnswers, waitForAnswer, waitForWords } from './support/assistant';
import { openWebConsole, SIZES, stageOf, type Visit, visit } from './support/browser';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { findHost, waitForNewHost } from './support/processes';
import { goTo } from './support/stage';
import { createTenant, openTab } from './support/tenants';
import { openWorld, type World } from './support/world';

const PICTURES = resolve('out/test/e2e/web');

/* A browser on the same console that has its own window beside it: the screens are the same, and so are the helpers. */
describe.runIf(process.platform === 'linux')('the web console', { timeout: 150_000 }, () => {
  let world: World;
  let tab: Visit;
  let tenant = '';
  beforeAll(async () => {
    world = await openWorld();
    await createOperator(world.stage.page, STORY.operator);
    tab = await visit(await openWebConsole(world.stage.page));
  }, 150_000);
  afterEach((context) => leavePictureOfFailure(context, world && tab && stageOf(tab, world.stage)));
  afterAll(async () => {
    await tab?.close();
    await world?.close();
  });

  test('lets an operator in, who creates a tenant', async () => {
    const { page } = tab;
    await signInOperator(page, STORY.operator);
    tenant = await createTenant(page, STORY.tenant);
    await page.reload();
    await page.getByRole('heading', { name: STORY.tenant.name, level: 1 }).waitFor();
    const cookies = await tab.context.cookies();
    expect(cookies).toMatchObject([{ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' }]);
    await signOut(page);
    expect(await tab.context.cookies()).toEqual([]);
  });

  test('takes documents and answers a question word by word', async () => {
    const { page } = tab;
    await signInMember(page, STORY.tenant);
    await openTab(page, 'Documents');
    await addDocuments(page, STORY.documents);
    await openTab(page, 'Settings');
    await boundAnswers(page, STORY.answerTokens);
    await openTab(page, 'Assistant');
    await ask(page, STORY.question);
    await waitForWords(page);
    const answer = await waitForAnswer(page);
    await answer.getByText('The starter model answered.').waitFor();
  });

  test('lists the people, and hands the audit over as a download', async () => {
    const { page } = tab;
    await openTab(page, 'Users');
    await page.getByText(STORY.tenant.administrator.email).first().waitFor();
    await openTab(page, 'Audit');
    const events = page.getByRole('table', { name: 'Audit events' });
    await events.getByRole('cell', { name: STORY.tenant.administrator.name }).first().waitFor();
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export the audit events' }).click();
    await page.getByRole('menuitem', { name: /CSV/ }).click();
    const download = await coming;
    expect(readFileSync(await download.path(), 'utf8')).toContain('user.signed-in');
  });

  test('goes on by itself after the engine was started again', async () => {
    const { page } = tab;
    const before = findHost(world.stage, 'engine');
    process.kill(before, 'SIGKILL');
    const second = await waitForNewHost(world.stage, 'engine', before);
    process.kill(second, 'SIGSTOP');
    await page.getByText('Reconnecting…').waitFor();
    process.kill(second, 'SIGCONT');
    await page.getByText('Reconnecting…').waitFor({ state: 'hidden' });
    await page.reload();
    await page.getByRole('heading', { name: STORY.tenant.name, level: 1 }).waitFor();
  });

  for (const size of ['tablet', 'phone'] as const) {
    test(`fits a member at ${SIZES[size].width} pixels, and axe finds nothing grave`, async () => {
      const { page } = tab;
      await page.setViewportSize(SIZES[size]);
      for (const place of ['overview', 'assistant', 'users', 'audit']) {
        await goTo(page, `/tenants/${tenant}/${place}`);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await takePicture(page, `${SIZES[size].width} ${place}`);
        expect(await graveViolations(page)).toEqual([]);
        expect(await overflow(page)).toBe(0);
      }
      expect(tab.mistakes()).toEqual([]);
    });
  }

  test('fits an operator at 390 pixels', async () => {
    const { page } = tab;
    await page.setViewportSize(SIZES.wide);
    await signOut(page);
    await signInOperator(page, STORY.operator);
    await page.setViewportSize(SIZES.phone);
    for (const place of ['/tenants', '/installation', '/audit']) {
      await goTo(page, place);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await takePicture(page, `390 operator ${place.slice(1)}`);
      expect(await graveViolations(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
    }
  });

  test('has a host name for the tenant alone', async () => {
    const { page } = tab;
    await page.setViewportSize(SIZES.wide);
    await goTo(page, '/installation');
    await page.getByRole('button', { name: 'Add host name…' }).click();
    const dialogue = page.getByRole('dialog');
    await dialogue.getByLabel('Host name').fill('ai.northgate.example');
    await dialogue.getByRole('combobox', { name: 'Tenant' }).click();
    await page.getByRole('option', { name: STORY.tenant.name }).click();
    await dialogue.getByRole('button', { name: 'Add host name' }).click();
    await page.getByRole('row').filter({ hasText: 'ai.northgate.example' }).waitFor();
    const { port } = new URL(tab.origin);
    const own = await visit(`https://ai.northgate.example:${port}`, 'phone');
    try {
      const { administrator, name } = STORY.tenant;
      await own.page.getByRole('heading', { name: `Sign in to ${name}` }).waitFor();
      expect(await own.page.getByText('Operator', { exact: true }).count()).toBe(0);
      await own.page.getByLabel('E-mail').fill(administrator.email);
      await own.page.getByLabel('Password', { exact: true }).fill(administrator.password);
      await own.page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await own.page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
      expect(own.mistakes()).toEqual([]);
    } finally {
      await own.close();
    }
  });
});

/** For whoever wants to look at them, and for the documentation. */
async function takePicture(page: Page, name: string): Promise<void> {
  await settled(page);
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
