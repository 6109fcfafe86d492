import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBetterSqlite3Driver } from '../../../../src/adapters/betterSqlite3';
import { type Desktop, startDesktop, until } from '../../../support/desktop';
import { type PackagedConsole, packagedConsole, startPackaged } from '../../../support/packagedApp';

const PASSWORD = 'correct horse battery 1';
const START_MS = 30_000;

describe('the packaged console', () => {
  let desktop: Desktop;
  let folder: string;
  let console: PackagedConsole;
  let elsewhere: string;

  beforeAll(async () => {
    folder = await packagedConsole();
    desktop = await startDesktop();
    elsewhere = desktop.makeFolder('elsewhere');
    console = startPackaged(desktop, folder, {
      env: { RISCURA_DATA: elsewhere, RISCURA_MODELS: elsewhere, RISCURA_SAMPLE: '1' },
    });
    await until('its catalogue', () => existsSync(join(console.dataFolder, 'catalog.db')), START_MS);
    await until('its window', () => windows(desktop).length > 0, START_MS);
  }, 150_000);

  afterAll(async () => {
    await console?.quit();
    await desktop?.stop();
  }, 60_000);

  it('keeps its data in the place of its user, whatever our variables say', () => {
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(existsSync(join(console.dataFolder, 'keystore.json'))).toBe(true);
  });

  it('opens no port', () => {
    expect(console.processes().length).toBeGreaterThan(4);
    expect(console.listensAt()).toEqual([]);
  });

  it('opens no developer tools when their keys are pressed', async () => {
    const [window = ''] = windows(desktop);
    const pages = () => console.processes().filter(({ line }) => line.includes('--type=renderer')).length;
    expect(pages()).toBe(1);
    for (const key of ['ctrl+shift+i', 'F12', 'ctrl+shift+j', 'ctrl+shift+c'])
      execFileSync('xdotool', ['windowfocus', '--sync', window, 'key', key], { env: desktop.env });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(pages()).toBe(1);
  });

  it('makes its first operator as a person types it, and no sample data', async () => {
    const [window = ''] = windows(desktop);
    const press = (...words: string[]) => execFileSync('xdotool', words, { env: desktop.env });
    press('windowfocus', '--sync', window);
    press('type', '--delay', '5', 'Olga Operator');
    press('key', 'Tab');
    press('type', '--delay', '5', 'olga@site.example');
    press('key', 'Tab');
    press('type', '--delay', '5', PASSWORD);
    press('key', 'Tab');
    press('type', '--delay', '5', PASSWORD);
    press('key', 'Return');
    const database = await createBetterSqlite3Driver({}).open(join(console.dataFolder, 'catalog.db'), null);
    try {
      const count = async (sql: string) => Number((await database.read(sql))[0]?.n);
      await until(
        'the operator',
        async () => (await count('SELECT count(*) AS n FROM operators')) === 1,
        20_000,
      );
      expect(await count('SELECT count(*) AS n FROM tenants')).toBe(0);
    } finally {
      await database.close();
    }
  });
});

/** The windows on the screen that show the first page of a fresh console: its engine has answered. */
function windows(desktop: Desktop): string[] {
  try {
    const found = execFileSync('xdotool', ['search', '--onlyvisible', '--name', 'Welcome to RISCURA'], {
      env: desktop.env,
      encoding: 'utf8',
    });
    return found.split('\n').filter(Boolean);
  } catch {
    // It says so by its exit code when there is none.
    return [];
  }
}
