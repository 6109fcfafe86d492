import { mkdirSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startTestEngine } from '../support/engine';
import { openTestWindow } from '../support/engine/client';
import { ADMINISTRATOR, createOperator, createTenant } from '../support/engine/world';
import { freePort } from '../support/freePort';
import { temporaryFolder } from '../support/temporaryFolder';

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.RISCURA_CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid?.() !== 0,
  });
});
afterAll(() => browser.close());

/** The web console with the page as it is built, and a tenant in it. */
async function openConsole(): Promise<string> {
  const { engine } = startTestEngine(await temporaryFolder(), {}, { pages: 'out/renderer' });
  onTestFinished(() => engine.close());
  const { client } = openTestWindow(engine);
  await createOperator(client);
  await createTenant(client);
  const { baseUrl } = await client.installation.api.set({
    settings: {
      enabled: false,
      webConsole: true,
      name: 'localhost',
      address: '127.0.0.1',
      port: await freePort(),
    },
    certificate: { kind: 'kept' },
  });
  return baseUrl;
}

/** A browser whose authenticator asks for finger or PIN and is content at once. */
async function openBrowser(): Promise<BrowserContext> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  });
  onTestFinished(() => context.close());
  return context;
}

/** A page with an authenticator of Chromium’s own (WebAuthn Level 3, 11). */
async function openPage(context: BrowserContext, url: string, transport: 'internal' | 'usb') {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport,
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(url);
  return { page, devtools, authenticatorId };
}

/** Keeps a picture where `RISCURA_PICTURES` names a folder for somebody to look at. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.RISCURA_PICTURES;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png` });
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function signIn(page: Page): Promise<void> {
  await page.getByText('Member of a tenant', { exact: true }).click();
  await page.getByLabel('Tenant domain').fill('acme.example');
  await page.getByLabel('E-mail').fill(ADMINISTRATOR.email);
  await page.getByLabel('Password', { exact: true }).fill(ADMINISTRATOR.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function openAccount(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account:/ }).click();
  await page.getByRole('menuitem', { name: 'Your account' }).click();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account:/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

async function addKey(page: Page, kind: 'Passkey' | 'Security key', name: string): Promise<void> {
  const section = page.getByRole('region', { name: 'Passkeys and security keys' });
  await section.getByRole('button', { name: 'Add', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: kind }).check();
  await dialog.getByLabel('Name').fill(name);
  await picture(page, `add-${kind === 'Passkey' ? 'passkey' : 'security-key'}`);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog
    .getByText(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
    .first()
    .waitFor();
}

async function keepCodes(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'detached' });
}

describe('passkeys in a browser', { timeout: 90_000 }, () => {
  test('a member adds one and signs in with nothing else', async () => {
    const url = await openConsole();
    const { page, devtools, authenticatorId } = await openPage(await openBrowser(), url, 'internal');
    await picture(page, 'sign-in');
    await signIn(page);
    await openAccount(page);
    await picture(page, 'account-without');
    await addKey(page, 'Passkey', 'Laptop');
    await keepCodes(page);
    await page.getByRole('row', { name: /Laptop/ }).waitFor();
    await picture(page, 'account-with');
    const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId });
    expect(credentials).toMatchObject([{ rpId: 'localhost', isResidentCredential: true }]);
    await signOut(page);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByRole('button', { name: `Account: ${ADMINISTRATOR.name}` }).waitFor();
    await openAccount(page);
    await page
      .getByRole('row', { name: /Laptop/ })
      .getByRole('button', { name: 'Remove' })
      .click();
    await page.getByText('None yet').waitFor();
    await signOut(page);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('The passkey or security key was not accepted.').waitFor();
    await picture(page, 'sign-in-refused');
  });

  test('a security key is asked for after the password, and the browser’s refusal is put into words', async () => {
    const url = await openConsole();
    const { page, devtools, authenticatorId } = await openPage(await openBrowser(), url, 'usb');
    await signIn(page);
    await openAccount(page);
    await addKey(page, 'Security key', 'Drawer');
    await keepCodes(page);
    await signOut(page);
    await signIn(page);
    await page.getByRole('heading', { name: 'Second factor' }).waitFor();
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    const use = page.getByRole('button', { name: 'Use a passkey or security key' });
    await use.waitFor();
    await picture(page, 'second-factor');
    await use.click();
    await page.getByRole('button', { name: `Account: ${ADMINISTRATOR.name}` }).waitFor();
    await openAccount(page);
    const section = page.getByRole('region', { name: 'Passkeys and security keys' });
    await section.getByRole('button', { name: 'Add', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('The same once more');
    await dialog.getByRole('radio', { name: 'Security key' }).check();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText('This authenticator already holds a key for your account.').waitFor();
    await picture(page, 'add-again');
  });
});
