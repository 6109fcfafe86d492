import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STORY } from '../../e2e/demo/story';
import { createOperator } from '../../e2e/support/accounts';
import { openStage } from '../../e2e/support/stage';
import { createTenant } from '../../e2e/support/tenants';
import { type Desktop, launchConsole, startDesktop } from '../../support/desktop';
import type { Row } from '../support/bench';
import { electronViteBuild } from '../support/bundles';
import { median, ms, quantile, ratio } from '../support/figures';

const ROUNDS = 7;
const MOST_MS = 2_000;
const DROP_CACHES = '/proc/sys/vm/drop_caches';

/** Builds the empty application. @returns its folder */
function buildEmptyApp(bundles: string): string {
  const folder = join(bundles, 'emptyApp');
  electronViteBuild('test/bench/emptyApp/electron.vite.config.ts', { RISCURA_EMPTY_APP: folder });
  mkdirSync(folder, { recursive: true });
  const description = { name: 'empty', version: '1.0.0', type: 'module', main: 'out/main/index.js' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(description));
  return folder;
}

/** Has the system forget what it has read of files, where it lets us. @returns whether it did */
function forgetFiles(): boolean {
  try {
    writeFileSync(DROP_CACHES, '3');
    return true;
  } catch {
    return false;
  }
}

interface Start {
  readonly heading: string;
  readonly app?: string;
  readonly dataFolder?: string;
}

/** @returns milliseconds from the launch until the heading is there */
async function timeStart(desktop: Desktop, { heading, app, dataFolder }: Start): Promise<number> {
  const begun = performance.now();
  const application = await launchConsole(desktop, { app, dataFolder });
  const page = await application.firstWindow();
  await page.getByRole('heading', { name: heading }).waitFor();
  const taken = performance.now() - begun;
  await application.close();
  return taken;
}

export const coldStartRow: Row = {
  name: 'coldStart',
  title: 'Window usable from cold start',
  async run(bench) {
    if (process.platform !== 'linux') return { skipped: 'a desktop of its own can only be started on Linux' };
    const empty = { heading: 'Empty', app: buildEmptyApp(bench.bundles) };
    const desktop = await startDesktop();
    try {
      const dataFolder = desktop.makeFolder('data');
      const { page, close } = await openStage(desktop, { dataFolder });
      await createOperator(page, STORY.operator);
      await createTenant(page, STORY.tenant);
      await close();
      const own: number[] = [];
      const reference: number[] = [];
      let forgotten = true;
      for (let round = 0; round < ROUNDS; round += 1) {
        forgotten = forgetFiles() && forgotten;
        own.push(await timeStart(desktop, { heading: 'Sign in', dataFolder }));
        forgotten = forgetFiles() && forgotten;
        reference.push(await timeStart(desktop, empty));
      }
      return {
        lines: [
          {
            what: 'from the launch until one can sign in',
            target: `≤ ${MOST_MS} ms`,
            measured: `p50 ${ms(median(own))}, slowest ${ms(quantile(own, 1))}`,
            reference: `an empty electron-vite app p50 ${ms(median(reference))}`,
            compared: `${ratio(median(own), median(reference))}, + ${ms(median(own) - median(reference))}`,
            met: median(own) <= MOST_MS,
          },
        ],
        notes: [
          `${ROUNDS} starts of each in turns, on a virtual display, without a graphics processor, as an ordinary user with Chromium’s sandbox on, driven by Playwright, whose hand-shake is in both. ${forgotten ? 'What the system had read of files was dropped before each start.' : 'Files were still in the system’s memory.'} The console’s start includes the keyring, the catalogue and the engine host; one tenant exists. The reference shows one heading by React.`,
        ],
      };
    } finally {
      await desktop.stop();
    }
  },
};
