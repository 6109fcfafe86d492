import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createFiles, PathRefused } from '../../../src/adapters/files';
import type { Files } from '../../../src/engine/ports';
import { temporaryFolder } from '../../support/temporaryFolder';

const text = (value: string) => new TextEncoder().encode(value);

describe('the data folder', () => {
  let outside: string;
  let root: string;
  let files: Files;

  beforeEach(async () => {
    outside = await temporaryFolder();
    root = join(outside, 'data');
    await mkdir(root);
    await writeFile(join(outside, 'secret'), 'secret');
    files = createFiles(root);
  });

  test('writes, reads, lists, measures, moves and removes', async () => {
    await files.makeFolder('tenants/a/files');
    await files.write('tenants/a/files/one', text('one'));
    await files.write('tenants/a/files/two', text('second'));
    await files.write('tenants/a/files/one', text('1'));
    expect(new TextDecoder().decode(await files.read('tenants/a/files/one'))).toBe('1');
    expect(await files.list('tenants/a/files')).toEqual(['one', 'two']);
    expect(await files.size('tenants/a')).toBe(7);
    expect(await files.sha256('tenants/a/files/two')).toBe(
      createHash('sha256').update('second').digest('hex'),
    );
    await files.rename('tenants/a/files/two', 'tenants/a/moved');
    expect(await files.exists('tenants/a/files/two')).toBe(false);
    expect(await files.exists('tenants/a/moved')).toBe(true);
    expect(await files.remove('tenants/a')).toEqual({ files: 2, bytes: 7 });
    expect(await files.remove('tenants/a')).toEqual({ files: 0, bytes: 0 });
    expect(await files.list('tenants/a')).toEqual([]);
    expect(await files.size('tenants/a')).toBe(0);
    expect(await files.free()).toBeGreaterThan(0);
  });

  test('makes folders and files that only their owner can open', async () => {
    await files.makeFolder('a/b');
    await files.write('a/b/written', text('x'));
    await files.append('a/b/appended', text('x'));
    const modes = await Promise.all(
      ['a', 'a/b', 'a/b/written', 'a/b/appended'].map(
        async (path) => (await stat(join(root, path))).mode & 0o777,
      ),
    );
    expect(modes).toEqual([0o700, 0o700, 0o600, 0o600]);
  });

  test('makes a file longer by what takes room, and shorter', async () => {
    for (const bytes of [2_500_000, 3_000_000, 4_096, 0]) {
      await files.resize('held', bytes);
      const { size, blocks } = await stat(join(root, 'held'));
      expect(size).toBe(bytes);
      expect(blocks * 512).toBeGreaterThanOrEqual(bytes);
    }
  });

  test('appends and answers the size', async () => {
    expect(await files.append('upload', text('abc'))).toBe(3);
    expect(await files.append('upload', text('de'))).toBe(5);
    expect(await readFile(join(root, 'upload'), 'utf8')).toBe('abcde');
  });

  test('leaves nothing behind when a write fails', async () => {
    await files.makeFolder('taken/full');
    await expect(files.write('taken', text('x'))).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(root)).toEqual(['taken']);
  });

  test.each([
    '../secret',
    'a/../../secret',
    '/etc/passwd',
    'a//b',
    './a',
    'a/.',
    'a\\..\\b',
    'c:/windows',
    'a\0b',
    `${'x/'.repeat(600)}x`,
  ])('refuses the path %.20j in everything it does', async (path) => {
    expect(() => files.absolute(path)).toThrow(PathRefused);
    const acts = [
      () => files.read(path),
      () => files.write(path, text('x')),
      () => files.append(path, text('x')),
      () => files.makeFolder(path),
      () => files.rename(path, 'b'),
      () => files.rename('b', path),
      () => files.remove(path),
      () => files.list(path),
      () => files.size(path),
      () => files.sha256(path),
      () => files.exists(path),
    ];
    for (const act of acts) await expect(act()).rejects.toThrow(PathRefused);
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
  });

  test('follows no symbolic link, neither on the way nor at the end', async () => {
    await symlink(outside, join(root, 'door'));
    await symlink(join(outside, 'secret'), join(root, 'window'));
    for (const path of ['door/secret', 'window']) {
      await expect(files.read(path)).rejects.toThrow(PathRefused);
      await expect(files.write(path, text('x'))).rejects.toThrow(PathRefused);
      await expect(files.append(path, text('x'))).rejects.toThrow(PathRefused);
      await expect(files.remove(path)).rejects.toThrow(PathRefused);
    }
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
  });

  test('removes a link that lies in a folder, not what it points to', async () => {
    await files.makeFolder('a');
    await symlink(outside, join(root, 'a/door'));
    await files.remove('a');
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
  });

  test('does not remove or replace the data folder itself', async () => {
    await expect(files.remove('')).rejects.toThrow(RangeError);
    await expect(files.write('', text('x'))).rejects.toThrow(RangeError);
    expect(await files.list('')).toEqual([]);
  });
});
