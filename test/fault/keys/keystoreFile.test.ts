import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKeystore } from '../../../src/adapters/keystore';
import { readKeystoreFile } from '../../../src/adapters/keystore/keystoreFile';

describe('which keystore a data folder uses', () => {
  let folder: string;
  const file = () => join(folder, 'keystore.json');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'riscura-keystore-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is decided once, for an empty folder, and stays', () => {
    const first = readKeystoreFile(folder, 'keychain');
    expect(readKeystoreFile(folder, 'sealed-file')).toEqual(first);
    expect(first).toMatchObject({ version: 1, kind: 'keychain' });
    expect(statSync(file()).mode & 0o077).toBe(0);
  });

  it('differs for two folders, so that they never share a key', () => {
    const other = mkdtempSync(join(tmpdir(), 'riscura-keystore-'));
    expect(readKeystoreFile(folder, 'keychain').installationId).not.toBe(
      readKeystoreFile(other, 'keychain').installationId,
    );
    rmSync(other, { recursive: true });
  });

  it.each(['catalog.db', 'tenants'])('is not invented for a folder that has %s', (name) => {
    if (name === 'tenants') mkdirSync(join(folder, name));
    else writeFileSync(join(folder, name), '');
    expect(() => readKeystoreFile(folder, 'keychain')).toThrow(
      expect.objectContaining({ code: 'KEYSTORE_UNAVAILABLE' }),
    );
    expect(() => readFileSync(file())).toThrow('ENOENT');
  });

  it.each(['', 'nonsense', '{}', '{"version":2,"kind":"keychain","installationId":"x"}'])(
    'opens nothing and changes nothing when the file holds %j',
    async (text) => {
      writeFileSync(file(), text);
      const keystore = openKeystore(folder);
      expect(await keystore.state()).toMatchObject({ state: 'unavailable' });
      await expect(keystore.createKey({ kind: 'installation' })).rejects.toMatchObject({
        code: 'KEYSTORE_UNAVAILABLE',
        detail: { reason: expect.stringContaining('damaged') },
      });
      expect(readFileSync(file(), 'utf8')).toBe(text);
    },
  );

  it('does not look for the keys of a sealed file in the keychain', async () => {
    readKeystoreFile(folder, 'sealed-file');
    await expect(openKeystore(folder).readKey({ kind: 'installation' })).rejects.toMatchObject({
      code: 'KEYSTORE_UNAVAILABLE',
      detail: { reason: expect.stringContaining('sealed file') },
    });
  });
});
