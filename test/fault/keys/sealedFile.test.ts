import { spawn } from 'node:child_process';
import { chmod, open as openFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openServerKeystore } from '../../../src/adapters/keystore';
import { temporaryFolder } from '../../support/temporaryFolder';
import { smallVolume, whyNoVolume } from '../stores/smallVolume';

const WRITER = fileURLToPath(new URL('sealedFileWriter.ts', import.meta.url));
const PASSPHRASE = 'a passphrase of a test';
const ROUNDS = 6;

const open = (dataFolder: string) =>
  openServerKeystore({
    dataFolder,
    kind: 'sealed-file',
    passphrase: async () => Buffer.from(PASSPHRASE),
  });

/** Runs the writer, kills it once it has acknowledged so many writes, and answers the last that it did. */
async function killedAfter(folder: string, acknowledged: number): Promise<number> {
  const file = join(await temporaryFolder(), 'acknowledged');
  const told = await openFile(file, 'wx');
  const child = spawn(process.execPath, ['--import', 'tsx', WRITER, folder, PASSPHRASE], {
    stdio: ['ignore', told.fd, 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)));
  const last = async () => Number((await readFile(file, 'utf8')).split('\n').at(-2) ?? 0);
  while (child.exitCode === null && (await last()) < acknowledged) await wait(1);
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
  await told.close();
  return last();
}

test('kill -9 in the midst of writes leaves the last acknowledged or the one after it', async () => {
  const folder = await temporaryFolder();
  await open(folder);
  for (let round = 0; round < ROUNDS; round += 1) {
    const last = await killedAfter(folder, 3 + round * 17);
    const keystore = await open(folder);
    const kept = Number(await keystore.readSecret({ kind: 'provider', providerId: 'counter' }));
    expect([last, last + 1]).toContain(kept);
    await keystore.writeSecret({ kind: 'provider', providerId: 'counter' }, '0');
    expect((await readdir(folder)).sort()).toEqual(['keystore.json', 'keystore.sealed']);
  }
});

test('writes that come together are all kept', async () => {
  const folder = await temporaryFolder();
  const keystore = await open(folder);
  const names = Array.from({ length: 50 }, (_, at) => `provider-${at}`);
  await Promise.all(
    names.map((providerId) => keystore.writeSecret({ kind: 'provider', providerId }, `of ${providerId}`)),
  );
  const again = await open(folder);
  for (const providerId of names)
    expect(await again.readSecret({ kind: 'provider', providerId })).toBe(`of ${providerId}`);
});

test.skipIf(whyNoVolume())('a full disk is said, and nothing that was kept is lost', async () => {
  const { folder } = await smallVolume(1);
  await chmod(folder, 0o700);
  const keystore = await open(folder);
  const key = await keystore.createKey({ kind: 'installation' });
  await writeFile(join(folder, 'filler'), Buffer.alloc(2 * 1024 * 1024)).catch(() => undefined);
  const secret = { kind: 'provider', providerId: 'cloud' } as const;
  await expect(keystore.writeSecret(secret, 'x'.repeat(900))).rejects.toMatchObject({
    code: 'KEYSTORE_UNAVAILABLE',
  });
  expect(await keystore.readSecret(secret)).toBeNull();
  expect(await keystore.readKey({ kind: 'installation' })).toEqual(key);
  expect(await (await open(folder)).readKey({ kind: 'installation' })).toEqual(key);
  await writeFile(join(folder, 'filler'), '');
  await keystore.writeSecret(secret, 'there is room again');
  expect(await (await open(folder)).readSecret(secret)).toBe('there is room again');
});
