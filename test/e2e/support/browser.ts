import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { freePort } from '../../support/freePort';
import { goTo, type Stage } from './stage';

/** Where Debian's Chromium is; the set-up sees to it. */
const CHROMIUM = process.env.RISCURA_CHROMIUM ?? '/usr/bin/chromium';

/** The sizes that the console is looked at in a browser: a desk, a tablet, a phone. */
export const SIZES = {
  wide: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
} as const;

/** What a browser writes when nobody is signed in, or when nobody answers while the engine is started again. */
const ANSWERED = /^Failed to load resource: (the server responded with a status of 401|net::ERR_CONNECTION)/;

/** A browser before the web console. */
export interface Visit {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly origin: string;
  /** What went wrong inside the page: errors that nobody caught, and those on its console. */
  mistakes(): readonly string[];
  close(): Promise<void>;
}

/** Opens the web console by hand in the operator's window. @returns the address that the screen names */
export async function openWebConsole(page: Page): Promise<string> {
  const port = await freePort();
  await goTo(page, '/installation');
  await page.getByRole('button', { name: 'Open to browsers…' }).click();
  const dialogue = page.getByRole('dialog');
  await dialogue.getByLabel('Port').fill(String(port));
  await dialogue.getByRole('button', { name: 'Open the web console' }).click();
  await page.getByText('The web console is open').waitFor();
  return `https://localhost:${port}`;
}

/** Opens a browser that takes the console's own certificate, at a size, before the first page. */
export async function visit(origin: string, size: keyof typeof SIZES = 'wide'): Promise<Visit> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    chromiumSandbox: process.getuid?.() !== 0,
    // As the name server of a site has it: the host names of tenants lead to this machine.
    args: ['--host-resolver-rules=MAP *.example 127.0.0.1'],
  });
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: SIZES[size] });
  const page = await context.newPage();
  const mistakes: string[] = [];
  page.on('pageerror', (error) => mistakes.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !ANSWERED.test(message.text())) mistakes.push(message.text());
  });
  await page.goto(origin);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  return { browser, context, page, origin, mistakes: () => mistakes, close: () => browser.close() };
}

/** A visit as a stage, for what leaves a picture when a test fails. */
export function stageOf({ page, mistakes }: Visit, { desktop, app, dataFolder, log }: Stage): Stage {
  return { desktop, app, dataFolder, log, page, mistakes, close: async () => undefined };
}
