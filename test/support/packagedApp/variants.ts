import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildShellApp } from '../shellApp';

/** The scripts of the build that make a package; they are JavaScript without types of their own. */
interface Packaging {
  readonly PROGRAM: string;
  packageForTests(options: {
    under: string;
    electron: string;
    models: string;
    betterSqlite3: string | undefined;
  }): Promise<string>;
}
interface Fuses {
  setFuses(binary: string, differing?: Readonly<Record<number, boolean>>): Promise<void>;
}
interface Contents {
  makeArchive(
    app: string,
    description: object,
    target: string,
    options: { work: string; betterSqlite3: string | undefined },
  ): Promise<void>;
}

const checkout = resolve(import.meta.dirname, '../../..');
const packaging = (await import(join(checkout, 'build/package/index.mjs'))) as Packaging;
const fuses = (await import(join(checkout, 'build/package/fuses.mjs'))) as Fuses;
const contents = (await import(join(checkout, 'build/package/contents.mjs'))) as Contents;

const betterSqlite3 = process.env.RISCURA_BETTER_SQLITE3_BINDING;

/** The program in the folder of a package. */
export function programIn(folder: string): string {
  return join(folder, packaging.PROGRAM);
}

/** The packaged console, made once for all tests of the same build. @returns its folder */
export function packagedConsole(): Promise<string> {
  const electron = process.env.RISCURA_ELECTRON;
  if (!electron) throw new Error('RISCURA_ELECTRON is not set.');
  return packaging.packageForTests({
    under: join(checkout, 'out/packages'),
    electron,
    models: process.env.RISCURA_MODELS ?? '',
    betterSqlite3,
  });
}

/** The same package with some fuses set otherwise, to see the attack succeed that they are against. */
export function withFuses(name: string, differing: Readonly<Record<number, boolean>>): Promise<string> {
  return variant(name, async (folder) => {
    replaceByCopy(programIn(folder));
    await fuses.setFuses(programIn(folder), differing);
  });
}

/** A package in which somebody put a folder with a program of theirs in the place of the archive. */
export function withFolderForArchive(from: string, script: string): Promise<string> {
  return variant(
    'folder-for-archive',
    async (folder) => {
      const resources = join(folder, 'resources');
      rmSync(join(resources, 'app.asar'));
      mkdirSync(join(resources, 'app'));
      writeFileSync(
        join(resources, 'app/package.json'),
        JSON.stringify({ name: 'theirs', main: 'main.cjs' }),
      );
      writeFileSync(join(resources, 'app/main.cjs'), script);
    },
    from,
  );
}

/** A package whose archive somebody has changed. */
export function withChangedArchive(change: (archive: string) => void): Promise<string> {
  return variant('changed-archive', async (folder) => {
    const archive = join(folder, 'resources/app.asar');
    replaceByCopy(archive);
    change(archive);
  });
}

/**
 * The package with the very same main process, preload script and fuses, but with a page that was taken over: it tries
 * what it is told to and reports. The engine is a tiny one, which brings it the orders.
 */
export function takenOver(): Promise<string> {
  const app = buildShellApp();
  return variant('taken-over', async (folder) => {
    const resources = join(folder, 'resources');
    const work = `${folder}.work`;
    rmSync(join(resources, 'app.asar'));
    rmSync(join(resources, 'app.asar.unpacked'), { recursive: true });
    const description = { name: 'riscura-console', productName: 'RISCURA Console', version: '1.2.3' };
    await contents.makeArchive(app, description, join(resources, 'app.asar'), { work, betterSqlite3 });
    rmSync(work, { recursive: true });
  });
}

async function variant(
  name: string,
  change: (folder: string) => Promise<void>,
  from?: string,
): Promise<string> {
  const base = from ?? (await packagedConsole());
  const folder = `${base}-${name}`;
  if (existsSync(folder)) rmSync(folder, { recursive: true });
  const work = `${folder}.new-${process.pid}`;
  // Nearly a gigabyte that stays the same: files are shared, and what is changed is replaced.
  const { status, stderr } = spawnSync('cp', ['-al', base, work], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the package could not be copied: ${stderr}`);
  await change(work);
  renameSync(work, folder);
  return folder;
}

/** Makes a file that is shared with the package one of its own. */
function replaceByCopy(file: string): void {
  copyFileSync(file, `${file}.own`);
  renameSync(`${file}.own`, file);
}
