import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createFiles } from '../../../src/adapters/files';
import { migrate, Store } from '../../../src/engine/mechanism/store';
import type { DatabaseDriver } from '../../../src/engine/ports';
import { ManualClock } from '../../unit/store/manualClock';
import { drivers, event, FOLDERS, NOTES, SCHEMA } from '../../unit/store/testStore';
import { type SmallVolume, smallVolume, whyNoVolume } from './smallVolume';

const reason = whyNoVolume();
/** How long a busy machine may take to heal. */
const HEALING = { timeout: 30_000 };

/** Takes all the room that is left. */
async function fill(folder: string): Promise<string> {
  const file = join(folder, 'filler');
  const handle = await open(file, 'w');
  try {
    for (let block = 64 * 1024; block >= 1; block = Math.floor(block / 2)) {
      try {
        for (;;) await handle.appendFile(Buffer.alloc(block));
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' });
      }
    }
  } finally {
    await handle.close();
  }
  return file;
}

async function storeOn(volume: SmallVolume, driver: DatabaseDriver, key: Uint8Array | null) {
  const file = join(volume.folder, 'store.db');
  const database = await driver.create(file, key);
  await migrate(database, [{ version: 1, name: 'test', statements: SCHEMA }], 7);
  const clock = new ManualClock();
  const store = await Store.open(database, clock);
  onTestFinished(() => store.close());
  await store.write({ rows: [{ into: FOLDERS, rows: [['f']] }], events: [event()] });
  return { store, clock, file };
}

const note = (id: string) => ({
  rows: [{ into: NOTES, rows: [[id, 'f', 'x'.repeat(20_000), 1]] }],
  events: [event('note.added', { id })],
});

describe.skipIf(reason !== null).each(drivers)(
  `a store over %s (${reason ?? 'on volumes of its own'})`,
  (_, driver, key) => {
    test('turns read-only when the disk is full, keeps all it acknowledged, and heals', async () => {
      const volume = await smallVolume(4);
      const { store, clock, file } = await storeOn(volume, driver, key);
      const filler = await fill(volume.folder);
      const kept: string[] = [];
      let refused = 0;
      for (let index = 0; index < 40; index += 1) {
        try {
          await store.write(note(`n${index}`));
          kept.push(`n${index}`);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ConsoleError', code: 'READ_ONLY' });
          refused += 1;
        }
      }
      expect(refused).toBeGreaterThan(0);
      expect(store.health).toBe('read-only');
      expect(await store.read('SELECT id FROM notes ORDER BY rowid')).toEqual(kept.map((id) => ({ id })));

      await rm(filler);
      await vi.waitFor(() => {
        clock.advance(2_000);
        expect(store.health).toBe('healthy');
      }, HEALING);
      await store.write(note('healed'));
      await store.close();
      const again = await driver.open(file, key);
      expect(await again.check()).toEqual([]);
      expect((await again.read('SELECT id FROM notes ORDER BY rowid')).map((row) => row.id)).toEqual([
        ...kept,
        'healed',
      ]);
      await again.close();
    });

    test('leaves nothing behind when there is no room to create it', async () => {
      const { folder } = await smallVolume(1);
      const filler = await fill(folder);
      await expect(driver.create(join(folder, 'store.db'), key)).rejects.toMatchObject({ problem: 'full' });
      expect(await readdir(folder)).toEqual(['filler']);
      await rm(filler);
      await (await driver.create(join(folder, 'store.db'), key)).close();
    });

    test('is not created on a volume that is read-only', async () => {
      const volume = await smallVolume(1);
      volume.remount('ro');
      await expect(driver.create(join(volume.folder, 'store.db'), key)).rejects.toMatchObject({
        problem: 'read-only',
      });
    });
  },
);

describe.skipIf(reason !== null)(`a volume that is read-only (${reason ?? 'mounted for it'})`, () => {
  test.each(drivers)('lets %s read what is there, or says why not', async (name, driver, key) => {
    const volume = await smallVolume(4);
    const first = await storeOn(volume, driver, key);
    await first.store.write(note('before'));
    await first.store.close();
    volume.remount('ro');
    if (name !== 'SQLCipher') {
      await expect(driver.open(first.file, key)).rejects.toMatchObject({ problem: 'read-only' });
      return;
    }
    const clock = new ManualClock();
    const store = await Store.open(await driver.open(first.file, key), clock);
    const others = Array.from({ length: 5 }, () => store.read('SELECT id FROM notes'));
    expect(await Promise.all(others)).toEqual(Array.from({ length: 5 }, () => [{ id: 'before' }]));
    await expect(store.write(note('refused'))).rejects.toMatchObject({ code: 'READ_ONLY' });
    clock.advance(2_000);
    await store.read('SELECT 1');
    expect(store.health).toBe('read-only');
    expect(await readdir(volume.folder)).toEqual(['store.db']);

    volume.remount('rw');
    await vi.waitFor(() => {
      clock.advance(2_000);
      expect(store.health).toBe('healthy');
    }, HEALING);
    await store.write(note('after'));
    expect(await store.read('SELECT id FROM notes ORDER BY rowid')).toEqual([
      { id: 'before' },
      { id: 'after' },
    ]);
    await store.close();
  });

  test('makes the data folder refuse what it cannot keep, and leaves no half of it', async () => {
    const volume = await smallVolume(1);
    const files = createFiles(volume.folder);
    await files.write('kept', Buffer.from('kept'));
    await files.append('upload', Buffer.alloc(1000));
    await expect(files.write('kept', Buffer.alloc(2_000_000))).rejects.toMatchObject({ code: 'READ_ONLY' });
    await expect(files.append('upload', Buffer.alloc(2_000_000))).rejects.toMatchObject({
      code: 'READ_ONLY',
    });
    expect(await files.list('')).toEqual(['kept', 'upload']);
    expect(await files.size('upload')).toBe(1000);
    expect(Buffer.from(await files.read('kept')).toString()).toBe('kept');
    expect(await files.free()).toBeGreaterThan(500_000);
    volume.remount('ro');
    for (const act of [
      () => files.write('new', Buffer.from('x')),
      () => files.append('upload', Buffer.from('x')),
      () => files.makeFolder('folder'),
      () => files.rename('kept', 'moved'),
      () => files.remove('kept'),
    ]) {
      await expect(act()).rejects.toMatchObject({ code: 'READ_ONLY' });
    }
  });
});
