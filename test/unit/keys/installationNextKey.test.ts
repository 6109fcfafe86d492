import { describe, expect, it } from 'vitest';
import { createKeychainKeystore } from '../../../src/adapters/keystore/keystore';
import { temporaryFolder } from '../../support/temporaryFolder';

/** A keychain in memory. */
function keychain() {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (account: string) => kept.get(account) ?? null,
    set: async (account: string, text: string) => {
      kept.set(account, text);
    },
    remove: async (account: string) => {
      kept.delete(account);
    },
  };
}

describe('the next key of an installation', () => {
  it('is made beside the present one, answered again, and put in its place', async () => {
    const memory = keychain();
    const dataFolder = await temporaryFolder();
    const keystore = createKeychainKeystore({ keychain: memory, service: 'RISCURA test', dataFolder });
    const next = { kind: 'installation-next' } as const;
    await expect(keystore.createKey(next)).rejects.toMatchObject({ code: 'KEY_MISSING' });
    const present = await keystore.createKey({ kind: 'installation' });
    const following = await keystore.createKey(next);
    expect(Buffer.from(following).equals(Buffer.from(present))).toBe(false);
    expect(Buffer.from(await keystore.createKey(next)).equals(Buffer.from(following))).toBe(true);
    expect([...memory.kept.keys()].sort()).toEqual(['installation', 'installation-next']);
    await keystore.adoptNextKey({ kind: 'installation' });
    const adopted = await keystore.readKey({ kind: 'installation' });
    expect(Buffer.from(adopted).equals(Buffer.from(following))).toBe(true);
    expect([...memory.kept.keys()]).toEqual(['installation']);
    await expect(keystore.adoptNextKey({ kind: 'installation' })).rejects.toMatchObject({
      code: 'KEY_MISSING',
    });
  });
});
