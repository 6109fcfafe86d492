import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createSamlServiceProvider } from '../../src/adapters/saml';
import { createAuthority } from '../support/sso/authority';
import { type SamlIdp, startSamlIdp } from '../support/sso/samlIdp';
import { FormBrowser } from '../support/sso/samlWorld';
import { freePort } from '../support/sso/web';
import { STORY } from './demo/story';
import { createOperator, signInMember, signOut } from './support/accounts';
import { downloadTo } from './support/downloads';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { createTenant, openTab } from './support/tenants';
import { openWorld, type World } from './support/world';

/** The certificate that a server of this machine shows, in PEM. */
function certificateAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerCertificate();
      socket.destroy();
      const lines = raw.toString('base64').match(/.{1,64}/g) ?? [];
      resolve(`-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`);
    });
    socket.on('error', reject);
  });
}

/** By hand, against a provider made with samlify; only the browser of the system is played. */
describe.skipIf(process.platform !== 'linux')('sign-on by SAML in the window', { timeout: 120_000 }, () => {
  const { tenant, operator } = STORY;
  const cleanUp: (() => Promise<void>)[] = [];
  let idp: SamlIdp;
  let browser: FormBrowser;
  let world: World;
  let port: number;
  beforeAll(async () => {
    const authority = await createAuthority();
    const key = await createSamlServiceProvider().createKey('idp', Date.now());
    idp = await startSamlIdp(key, authority, (end) => cleanUp.push(end));
    browser = new FormBrowser(authority.certificate);
    port = await freePort();
    world = await openWorld();
    const { page } = world.stage;
    await createOperator(page, operator);
    await createTenant(page, tenant);
    await page.getByRole('link', { name: 'Network' }).click();
    const listener = page.getByRole('region', { name: 'Listener of sign-on' });
    await listener.getByRole('button', { name: 'Change…' }).click();
    await page.getByRole('dialog').getByLabel('Port').fill(String(port));
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
    await listener.getByText(`https://localhost:${port}`).waitFor();
    await signOut(page);
    await signInMember(page, tenant);
  }, 150_000);
  afterEach((context) => leavePictureOfFailure(context, world?.stage));
  afterAll(async () => {
    await world?.close();
    for (const clean of cleanUp.reverse()) await clean();
  });

  test('is written down out of metadata, and gives its own', async () => {
    const { page } = world.stage;
    await openTab(page, 'Security');
    await page.getByText('Sign-on', { exact: true }).click();
    await page.getByRole('button', { name: 'Add provider' }).click();
    await page.getByRole('menuitem', { name: 'SAML 2.0' }).click();
    const dialogue = page.getByRole('dialog');
    const fill = (label: string, value: string) => dialogue.getByLabel(label, { exact: true }).fill(value);
    await fill('Name', 'Account of the house');
    await fill('Metadata', idp.metadata);
    await dialogue.getByRole('button', { name: 'Read metadata' }).click();
    await expect
      .poll(() => dialogue.getByLabel('Entity id', { exact: true }).inputValue())
      .toBe(idp.entityId);
    await fill('Attribute of the e-mail address', 'mail');
    await fill('Attribute of the name', 'name');
    await fill('Attribute of the groups', 'groups');
    if ((await dialogue.getByLabel('Group 1', { exact: true }).count()) === 0) {
      await dialogue.getByRole('button', { name: 'Add group' }).click();
    }
    await fill('Group 1', 'staff');
    await dialogue.getByRole('button', { name: 'Test', exact: true }).click();
    await dialogue.getByText('One is valid').waitFor();
    await dialogue.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Account of the house is saved').waitFor();
    await page.getByRole('button', { name: 'More for Account of the house' }).click();
    await page.getByRole('menuitem', { name: 'For the provider' }).click();
    await page.getByText(/\/sso\/saml\/.*\/acs/).waitFor();
    const file = join(world.desktop.makeFolder('metadata'), 'metadata.xml');
    await downloadTo(world, file, () => page.getByRole('button', { name: 'Download metadata' }).click());
    idp.register(await readFile(file, 'utf8'));
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Enable', exact: true }).click();
    await page.getByRole('button', { name: 'Disable', exact: true }).waitFor();
    expect(world.stage.mistakes()).toEqual([]);
  });

  test('lets its people in through the browser of the system', async () => {
    const { page, app } = world.stage;
    await signOut(page);
    browser.listener = await certificateAt(port);
    const opened = app.evaluate(
      ({ shell }) =>
        new Promise<string>((resolve) => {
          shell.openExternal = async (url) => resolve(url);
        }),
    );
    await page.getByText('Member of a tenant', { exact: true }).click();
    await page.getByRole('button', { name: 'Account of my organisation, in the browser' }).click();
    await page.getByLabel('Tenant domain').fill(tenant.domain);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Sign in with Account of the house' }).click();
    await browser.open(await opened);
    await page.getByRole('button', { name: 'Account: Lea Example' }).waitFor();
    await browser.settled();
    expect(browser.pages.at(-1)).toMatchObject({ status: 200 });
    await signOut(page);
  });
});
