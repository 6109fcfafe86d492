import { chmod, copyFile, link, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changePassphrase, openServerKeystore } from '../../../src/adapters/keystore';
import { temporaryFolder } from '../../support/temporaryFolder';

const PASSPHRASE = 'a passphrase of a test';
const TENANT = '0190a8b2-0000-7000-8000-000000000001';
const OTHER = '0190a8b2-0000-7000-8000-000000000002';

const open = (dataFolder: string, passphrase = PASSPHRASE) =>
  openServerKeystore({ dataFolder, kind: 'sealed-file', passphrase: async () => Buffer.from(passphrase) });

const sealedFile = (folder: string) => join(folder, 'keystore.sealed');

/** A sealed file with two keys and a secret, and databases that these are for. */
async function sealedFolder() {
  const folder = await temporaryFolder();
  const keystore = await open(folder);
  const key = await keystore.createKey({ kind: 'installation' });
  await keystore.createKey({ kind: 'tenant', tenantId: TENANT });
  await keystore.writeSecret({ kind: 'provider', providerId: 'cloud' }, 'sk-of-the-provider');
  await writeFile(join(folder, 'catalog.db'), '');
  return { folder, key: Buffer.from(key) };
}

test('keeps what it was given and shows none of it', async () => {
  const { folder, key } = await sealedFolder();
  const again = await open(folder);
  expect(await again.state()).toEqual({ kind: 'sealed file', state: 'ready' });
  expect(Buffer.from(await again.readKey({ kind: 'installation' }))).toEqual(key);
  expect(await again.readSecret({ kind: 'provider', providerId: 'cloud' })).toBe('sk-of-the-provider');
  const bytes = await readFile(sealedFile(folder));
  expect(bytes.includes(key)).toBe(false);
  for (const word of ['sk-of-the-provider', key.toString('base64'), PASSPHRASE, TENANT]) {
    expect(bytes.includes(word)).toBe(false);
  }
});

test('opens to no other passphrase', async () => {
  const { folder } = await sealedFolder();
  await expect(open(folder, `${PASSPHRASE}.`)).rejects.toMatchObject({
    code: 'KEYSTORE_UNAVAILABLE',
    detail: { reason: expect.stringContaining('passphrase') },
  });
});

test('is not made under a passphrase that is guessed', async () => {
  const folder = await temporaryFolder();
  await expect(open(folder, 'short')).rejects.toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
  await expect(readFile(sealedFile(folder))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('opens with no bit of it flipped', async () => {
  const { folder } = await sealedFolder();
  const bytes = await readFile(sealedFile(folder));
  // One in each part of the format, and the last.
  for (const at of [0, 15, 19, 23, 27, 30, 62, 80, 95, 130, 145, 155, 170, bytes.length - 1]) {
    const forged = Buffer.from(bytes);
    forged.writeUInt8(forged.readUInt8(at) ^ 1, at);
    await writeFile(sealedFile(folder), forged);
    await expect(open(folder), `byte ${at}`).rejects.toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
  }
  await writeFile(sealedFile(folder), bytes);
  await open(folder);
});

test('opens with nothing cut off or added', async () => {
  const { folder } = await sealedFolder();
  const bytes = await readFile(sealedFile(folder));
  for (const length of [0, 1, 16, 76, 136, 156, 172, bytes.length - 1]) {
    await writeFile(sealedFile(folder), bytes.subarray(0, length));
    await expect(open(folder), `${length} bytes`).rejects.toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
  }
  await writeFile(sealedFile(folder), Buffer.concat([bytes, Buffer.alloc(1)]));
  await expect(open(folder)).rejects.toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
});

test('does not let a forged cost take the memory of the machine', async () => {
  const { folder } = await sealedFolder();
  const bytes = await readFile(sealedFile(folder));
  bytes.writeUInt32BE(0xffff_ffff, 16);
  await writeFile(sealedFile(folder), bytes);
  const before = performance.now();
  await expect(open(folder)).rejects.toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
  expect(performance.now() - before).toBeLessThan(2_000);
});

test('mixes no parts of two files, and is not that of another installation', async () => {
  const one = await sealedFolder();
  const two = await sealedFolder();
  const [first, second] = [await readFile(sealedFile(one.folder)), await readFile(sealedFile(two.folder))];
  const lead = 136;
  await writeFile(sealedFile(one.folder), Buffer.concat([first.subarray(0, lead), second.subarray(lead)]));
  await expect(open(one.folder)).rejects.toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
  await writeFile(sealedFile(one.folder), second);
  await expect(open(one.folder)).rejects.toMatchObject({
    detail: { reason: expect.stringContaining('another installation') },
  });
});

test('an older one has no key of what came later, and none is made in its place', async () => {
  const { folder } = await sealedFolder();
  const old = await readFile(sealedFile(folder));
  await (await open(folder)).createKey({ kind: 'tenant', tenantId: OTHER });
  await mkdir(join(folder, 'tenants', OTHER), { recursive: true });
  await writeFile(join(folder, 'tenants', OTHER, 'tenant.db'), '');
  await writeFile(sealedFile(folder), old);
  const keystore = await open(folder);
  const name = { kind: 'tenant', tenantId: OTHER } as const;
  await expect(keystore.readKey(name)).rejects.toMatchObject({ code: 'KEY_MISSING' });
  await expect(keystore.createKey(name)).rejects.toMatchObject({ code: 'KEY_MISSING' });
});

test('is not made anew where databases need the keys of one that is gone', async () => {
  const { folder } = await sealedFolder();
  await rename(sealedFile(folder), join(folder, 'elsewhere'));
  await expect(open(folder)).rejects.toMatchObject({ code: 'KEY_MISSING' });
  await expect(readFile(sealedFile(folder))).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([
  ['a file that others can read', (file: string) => chmod(file, 0o640)],
  [
    'a link',
    async (file: string) => {
      await rename(file, `${file}.away`);
      await symlink(`${file}.away`, file);
    },
  ],
  ['a file that has another name too', (file: string) => link(file, `${file}.too`)],
  ['a folder that others can enter', (file: string) => chmod(join(file, '..'), 0o711)],
])('refuses %s', async (_what, spoil) => {
  const { folder } = await sealedFolder();
  await spoil(sealedFile(folder));
  await expect(open(folder)).rejects.toMatchObject({ code: 'KEYSTORE_INSECURE' });
});

test('after a change of the passphrase only the new one opens it', async () => {
  const { folder, key } = await sealedFolder();
  const copy = join(await temporaryFolder(), 'copy');
  await copyFile(sealedFile(folder), copy);
  await expect(
    changePassphrase(folder, Buffer.from('not the passphrase'), Buffer.from('another passphrase')),
  ).rejects.toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
  await changePassphrase(folder, Buffer.from(PASSPHRASE), Buffer.from('another passphrase'));
  await expect(open(folder)).rejects.toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
  const keystore = await open(folder, 'another passphrase');
  expect(Buffer.from(await keystore.readKey({ kind: 'installation' }))).toEqual(key);
  // What a copy is sealed under opens nothing that was written since.
  const old = await readFile(copy);
  const now = await readFile(sealedFile(folder));
  await writeFile(sealedFile(folder), Buffer.concat([old.subarray(0, 136), now.subarray(136)]));
  await expect(open(folder)).rejects.toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
});

test('a data folder whose keys are in the keychain is not given a sealed file', async () => {
  const folder = await temporaryFolder();
  await openServerKeystore({ dataFolder: folder, passphrase: async () => Buffer.from(PASSPHRASE) });
  await expect(open(folder)).rejects.toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
});
