import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolderRefused, openDataFolder } from '../../../src/custodian/dataFolder';

describe.skipIf(process.platform === 'win32')('the data folder', () => {
  let parent: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'riscura-folder-'));
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  it('is made for its user alone', () => {
    const folder = openDataFolder(join(parent, 'a', 'b'));
    for (const path of [folder.path, folder.shell, folder.models])
      expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('is closed to others when it was open', () => {
    const path = join(parent, 'open');
    mkdirSync(path);
    chmodSync(path, 0o755);
    openDataFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('is refused when it is a link, or has one for a folder of its own', () => {
    const elsewhere = join(parent, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(parent, 'link'));
    expect(() => openDataFolder(join(parent, 'link'))).toThrow(DataFolderRefused);
    const folder = join(parent, 'folder');
    mkdirSync(folder);
    symlinkSync(elsewhere, join(folder, 'models'));
    expect(() => openDataFolder(folder)).toThrow(DataFolderRefused);
  });

  it('is refused when it is a file', () => {
    writeFileSync(join(parent, 'file'), '');
    expect(() => openDataFolder(join(parent, 'file'))).toThrow();
  });

  it.runIf(process.getuid?.() === 0)('is refused when it belongs to somebody else', () => {
    const path = join(parent, 'foreign');
    mkdirSync(path);
    chownSync(path, 12_345, 12_345);
    expect(() => openDataFolder(path)).toThrow(DataFolderRefused);
  });
});
