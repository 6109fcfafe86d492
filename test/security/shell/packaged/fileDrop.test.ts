import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desktop, startDesktop, until } from '../../../support/desktop';
import { dataFolderIn, type PackagedConsole, startPackaged, takenOver } from '../../../support/packagedApp';
import { ORDERS, REPORT } from '../../../support/shellApp/tinyRouter';

const DRAG_SOURCE = resolve(import.meta.dirname, '../../../support/dragSource');
const START_MS = 30_000;
/** Time for both programs to see each step of the mouse, in seconds, as xdotool takes it. */
const STEP = '0.3';

describe('a file that is dragged out of another program and dropped on the packaged console', () => {
  let desktop: Desktop;
  let console: PackagedConsole;
  let report: string;

  beforeAll(async () => {
    const folder = await takenOver();
    desktop = await startDesktop();
    const config = desktop.makeFolder('config');
    const data = dataFolderIn(config);
    mkdirSync(data, { recursive: true, mode: 0o700 });
    writeFileSync(join(data, ORDERS), JSON.stringify([['dropped']]));
    desktop.programs.giveToUser(config);
    report = join(data, REPORT);
    const page = join(desktop.makeFolder('files'), 'theirs.html');
    writeFileSync(page, '<h1>theirs</h1>');
    openDragSource(desktop, page);
    await until('the window with the file', () => placeOf(desktop, 'Drag source') !== null, START_MS);
    console = startPackaged(desktop, folder, { config });
    await until('the console', () => placeOf(desktop, 'Tiny page') !== null, START_MS);
  }, 150_000);

  afterAll(async () => {
    await console?.quit();
    await desktop?.stop();
  }, 60_000);

  it('is not opened in the place of the console', async () => {
    const target = placeOf(desktop, 'Tiny page');
    if (!target) throw new Error('the console has no window');
    const [x, y] = [target.x + target.width / 2, target.y + target.height / 2].map((at) => Math.round(at));
    for (const _time of ['taken by the page', 'left alone']) drag(desktop, [30, 30], [x ?? 0, y ?? 0]);
    await until('the report of the page', () => existsSync(report), 20_000);
    expect(JSON.parse(readFileSync(report, 'utf8'))).toEqual([
      { taken: ['theirs.html'], at: 'app://console/index.html' },
    ]);
  });
});

/** Opens a program under development with a file in its window, at the upper left corner of the screen. */
function openDragSource(desktop: Desktop, file: string): void {
  const given: string[] = JSON.parse(process.env.RISCURA_ELECTRON_ARGS ?? '[]');
  const source = desktop.makeFolder('source');
  // In the desktop's own folder, because its user may not be able to enter the checkout.
  const app = desktop.makeFolder('source-app');
  cpSync(DRAG_SOURCE, app, { recursive: true });
  spawn(desktop.launcher, [...given, '--disable-gpu', app], {
    env: { ...desktop.env, DRAG_FILE: file, XDG_CONFIG_HOME: source },
    stdio: 'ignore',
    cwd: '/',
  });
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a window is; `null` when there is none that shows. */
function placeOf(desktop: Desktop, title: string): Place | null {
  const search = ['search', '--onlyvisible', '--name', title, 'getwindowgeometry', '--shell'];
  try {
    const text = execFileSync('xdotool', search, { env: desktop.env, encoding: 'utf8', stdio: 'pipe' });
    const of = (name: string) => Number(new RegExp(`^${name}=(\\d+)$`, 'm').exec(text)?.[1]);
    return { x: of('X'), y: of('Y'), width: of('WIDTH'), height: of('HEIGHT') };
  } catch {
    // It says so by its exit code when there is none.
    return null;
  }
}

/** Moves the mouse as a hand does: a drag begins with a few points, and a drop with a rest. */
function drag(desktop: Desktop, [fromX, fromY]: [number, number], [x, y]: [number, number]): void {
  const move = (toX: number, toY: number) => ['mousemove', String(toX), String(toY), 'sleep', STEP];
  const words = [
    ...move(fromX, fromY),
    'mousedown',
    '1',
    ...move(fromX + 4, fromY + 4),
    ...move(fromX + 10, fromY + 10),
    ...move(x - 60, y - 60),
    ...move(x - 10, y - 10),
    ...move(x, y),
    'mouseup',
    '1',
  ];
  execFileSync('xdotool', words, { env: desktop.env });
}
