import type { ElectronApplication, Page } from 'playwright';
import { type ConsoleOptions, type Desktop, launchConsole } from '../../support/desktop';

/** A running console with its window, as a person has it before them. */
export interface Stage {
  readonly desktop: Desktop;
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly dataFolder: string;
  /** What all processes of the console have written to their standard outputs. */
  log(): string;
  /** What went wrong inside the window: errors that nobody caught, and those on its console. */
  mistakes(): readonly string[];
  close(): Promise<void>;
}

/** The size of the window in tests and in pictures, unless a test says another. */
export const WINDOW = { width: 1440, height: 900 } as const;

/** Opens the console on a desktop and waits until its window shows something to work with. */
export async function openStage(
  desktop: Desktop,
  options: ConsoleOptions & { readonly dataFolder: string },
): Promise<Stage> {
  const app = await launchConsole(desktop, options);
  const written: string[] = [];
  const keep = (bytes: Buffer) => written.push(bytes.toString('utf8'));
  app.process().stdout?.on('data', keep);
  app.process().stderr?.on('data', keep);
  const page = await app.firstWindow();
  const mistakes: string[] = [];
  page.on('pageerror', (error) => mistakes.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    if (message.type() === 'error') mistakes.push(message.text());
  });
  await resize(app, WINDOW);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  return {
    desktop,
    app,
    page,
    dataFolder: options.dataFolder,
    log: () => written.join(''),
    mistakes: () => mistakes,
    close: () => app.close(),
  };
}

/** Gives the inside of the window a size and waits until the page has it. */
export async function resize(
  app: ElectronApplication,
  size: { readonly width: number; readonly height: number },
): Promise<void> {
  const page = await app.firstWindow();
  await app.evaluate(({ BrowserWindow }, { width, height }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
  }, size);
  await page.waitForFunction(
    ({ width, height }) => window.innerWidth === width && window.innerHeight === height,
    size,
  );
}

/** Goes to a page of the console by its address. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    window.location.hash = to;
  }, path);
}
