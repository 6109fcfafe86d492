import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import { type Desktop, launchConsole, until } from '../desktop';
import type { TinyPage } from './page/page';

declare global {
  /** Not there before the page has run. */
  var tiny: TinyPage;
}

const checkout = resolve(import.meta.dirname, '../../..');

/** Builds the shell around a tiny engine. @returns the folder of the application */
export function buildShellApp(name: string): string {
  const folder = join(checkout, 'out', `shell-${name}`);
  const builder = [
    join(checkout, 'node_modules/electron-vite/bin/electron-vite.js'),
    'build',
    '--logLevel',
    'error',
  ];
  execFileSync(process.execPath, [...builder, '--config', 'test/support/shellApp/electron.vite.config.ts'], {
    cwd: checkout,
    env: { ...process.env, RISCURA_SHELL_APP: folder },
  });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'shell', version: '1.2.3', type: 'module', main: 'out/main/index.js' }),
  );
  rmSync(join(folder, 'node_modules'), { force: true });
  symlinkSync('../../node_modules', join(folder, 'node_modules'));
  return folder;
}

/** The shell with the tiny engine, running. */
export interface RunningShell {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly dataFolder: string;
  /** Resolves when the page has got so many ports and its engine answers. */
  connected(ports?: number): Promise<void>;
}

/** Opens the shell on a desktop and waits until its page has an engine. */
export async function openShell(desktop: Desktop, folder: string, dataFolder: string): Promise<RunningShell> {
  const app = await launchConsole(desktop, { app: folder, dataFolder });
  const page = await app.firstWindow();
  const connected = (ports = 1) =>
    until(`port ${ports} of the page`, () =>
      page.evaluate(
        (wanted) =>
          'tiny' in globalThis && globalThis.tiny.ports >= wanted && globalThis.tiny.engine !== null,
        ports,
      ),
    );
  await connected();
  return { app, page, dataFolder, connected };
}
