import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Desktop, startDesktop } from '../support/desktop';
import { STORY } from './demo/story';
import { graveViolations } from './support/accessibility';
import { createOperator, fillMember, signInMember, signInOperator, signOut } from './support/accounts';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { findHost, waitForNewHost } from './support/processes';
import { goTo, openStage, type Stage } from './support/stage';
import { createTenant } from './support/tenants';

const KEYTAR = join(import.meta.dirname, '../../node_modules/@github/keytar');

/** Rotation, recovery kit and restoring over the real keychain, by hand. */
describe.runIf(process.platform === 'linux')('the keys of a tenant', { timeout: 150_000 }, () => {
  const { tenant, operator } = STORY;
  let desktop: Desktop;
  let dataFolder: string;
  let stage: Stage | undefined;
  let tenantId: string;
  let sheets: string[];

  beforeAll(async () => {
    desktop = await startDesktop();
    dataFolder = desktop.makeFolder('data');
    const { page } = await open();
    await createOperator(page, operator);
    tenantId = await createTenant(page, tenant);
    await signOut(page);
  }, 150_000);
  afterEach((context) => leavePictureOfFailure(context, stage));
  afterAll(async () => {
    await stage?.close();
    await desktop?.stop();
  });

  async function open(): Promise<Stage> {
    stage = await openStage(desktop, { dataFolder });
    return stage;
  }

  async function openAgain(): Promise<Stage> {
    await stage?.close();
    return open();
  }

  function inStage(): Stage {
    if (!stage) throw new Error('no console is open');
    return stage;
  }

  /** Calls keytar in a process of its own, as another program of the same user would. */
  function keytar(method: string, account: string): string {
    const kept = JSON.parse(readFileSync(join(dataFolder, 'keystore.json'), 'utf8')) as {
      installationId: string;
    };
    const call = `require(process.argv[1]).${method}(...process.argv.slice(2))`;
    return desktop.programs.runNode(`${call}.then((answer) => process.stdout.write(String(answer)))`, [
      KEYTAR,
      `RISCURA Console ${kept.installationId}`,
      account,
    ]);
  }

  /** Makes a kit on the page Keys. @returns its sheets */
  async function makeKit(page: Page, button: string): Promise<string[]> {
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('button', { name: 'Make the sheets' }).click();
    await page.getByText('Sheet 5 of 5').waitFor();
    const made = await page
      .getByRole('dialog')
      .getByText(/^RISCURA1-/)
      .allTextContents();
    await page.getByLabel('The sheets are printed').check();
    await page.getByRole('button', { name: 'Done' }).click();
    return made;
  }

  test('are rotated with the steps shown; the next start opens under the new one', async () => {
    const { page, mistakes } = inStage();
    const before = keytar('getPassword', `tenant:${tenantId}`);
    await signInOperator(page, operator);
    await goTo(page, '/keys');
    await page.getByRole('button', { name: `Rotate… ${tenant.name}` }).click();
    await page.getByRole('button', { name: 'Rotate the key', exact: true }).click();
    await page.getByText(/Writers stood still for/).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    expect(keytar('getPassword', `tenant:${tenantId}`)).not.toBe(before);
    expect(keytar('getPassword', `tenant-next:${tenantId}`)).toBe('null');
    expect(mistakes()).toEqual([]);
    const again = await openAgain();
    await signInMember(again.page, tenant);
    await signOut(again.page);
  });

  test('are split into sheets, and a rehearsal proves them', async () => {
    const { page } = inStage();
    await signInOperator(page, operator);
    await goTo(page, '/keys');
    sheets = await makeKit(page, `Kit… ${tenant.name}`);
    expect(new Set(sheets).size).toBe(5);
    await page.getByRole('button', { name: 'Rehearse a kit…' }).click();
    await page.getByLabel('Sheets').fill(sheets.slice(1, 4).join('\n'));
    await page.getByRole('button', { name: 'Rehearse', exact: true }).click();
    await page.getByText(`The sheets restore the key of ${tenant.name}`).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click();
    await signOut(page);
  });

  test('come back from three sheets when the keychain has lost them', async () => {
    expect(keytar('deletePassword', `tenant:${tenantId}`)).toBe('true');
    const { page } = await openAgain();
    await fillMember(page, tenant);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').waitFor();
    await signInOperator(page, operator);
    await goTo(page, '/keys');
    await page.getByRole('button', { name: 'Restore a key…' }).click();
    await page.getByLabel('Sheets').fill(sheets.slice(0, 2).join('\n'));
    await page.getByRole('button', { name: 'Restore the key' }).click();
    await page.getByRole('alert').waitFor();
    expect(keytar('getPassword', `tenant:${tenantId}`)).toBe('null');
    await page.getByLabel('Sheets').fill(sheets.slice(2).join('\n'));
    await page.getByRole('button', { name: 'Restore the key' }).click();
    await page.getByText('The key is in the keychain; the tenant opens again').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click();
    await signOut(page);
    await signInMember(page, tenant);
    expect(inStage().mistakes()).toEqual([]);
  });

  test('are rotated only for whoever proves again who they are, once the last proof is gone', async () => {
    const { page } = inStage();
    await signOut(page);
    await signInOperator(page, operator);
    await goTo(page, '/keys');
    const before = keytar('getPassword', `tenant:${tenantId}`);
    // A new engine goes on with the session and knows no proof of it.
    const engine = findHost(inStage(), 'engine');
    process.kill(engine, 'SIGKILL');
    await waitForNewHost(inStage(), 'engine', engine);
    await page.getByRole('button', { name: `Rotate… ${tenant.name}` }).click();
    await page.getByRole('button', { name: 'Rotate the key', exact: true }).click();
    const dialogue = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await dialogue.waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await graveViolations(page)).toEqual([]);
    }
    await dialogue.getByLabel('Password', { exact: true }).fill('not the password');
    await dialogue.getByRole('button', { name: 'Confirm', exact: true }).click();
    await dialogue.getByRole('alert').waitFor();
    expect(keytar('getPassword', `tenant:${tenantId}`)).toBe(before);
    await dialogue.getByLabel('Password', { exact: true }).fill(operator.password);
    await dialogue.getByRole('button', { name: 'Confirm', exact: true }).click();
    await page.getByText(/Writers stood still for/).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    expect(keytar('getPassword', `tenant:${tenantId}`)).not.toBe(before);
  });

  test('come back on a machine whose keychain is empty, the installation’s first, with a new password', async () => {
    const { page } = inStage();
    await goTo(page, '/keys');
    const ofTenant = await makeKit(page, `Kit… ${tenant.name}`);
    const ofInstallation = await makeKit(page, 'Make a recovery kit…');
    await stage?.close();
    await desktop.keyring.empty();

    const again = await open();
    await again.page.getByRole('heading', { name: 'The installation is sealed' }).waitFor();
    await again.page.getByRole('button', { name: 'Restore the key from the recovery kit…' }).click();
    await again.page.getByLabel('Sheets').fill(ofTenant.slice(0, 3).join('\n'));
    await again.page.getByRole('button', { name: 'Restore the key', exact: true }).click();
    await again.page.getByText(/kit/i).filter({ hasText: 'tenant' }).first().waitFor();
    expect(await graveViolations(again.page)).toEqual([]);
    await again.page.getByLabel('Sheets').fill(ofInstallation.slice(2).join('\n'));
    await again.page.getByLabel('Give an operator a new password').check();
    await again.page.getByLabel('The operator’s e-mail').fill(operator.email);
    const password = 'a new one after the fire';
    await again.page.getByRole('textbox', { name: 'New password' }).fill(password);
    await again.page.getByRole('button', { name: 'Restore the key', exact: true }).click();
    await signInOperator(again.page, { ...operator, password });

    await goTo(again.page, '/keys');
    await again.page.getByRole('button', { name: 'Restore a key…' }).click();
    await again.page.getByLabel('Sheets').fill(ofTenant.slice(1, 4).join('\n'));
    await again.page.getByRole('button', { name: 'Restore the key' }).click();
    await again.page.getByText('The key is in the keychain; the tenant opens again').waitFor();
    await again.page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click();
    await signOut(again.page);
    await signInMember(again.page, tenant);
  });
});
