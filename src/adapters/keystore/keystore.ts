import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { ConsoleError } from '../../contract';
import {
  type KeyName,
  type Keystore,
  type KeystoreState,
  nextNameOf,
  type SecretName,
} from '../../engine/ports';
import { hasDatabase } from './existingDatabases';
import type { Keychain } from './keychain';
import { keyringLiesOpen } from './openKeyrings';
import { accountOf, readKeyRecord, readSecretRecord, writeKeyRecord, writeSecretRecord } from './records';

/** What the custodian answers for the engine's keystore. */
export type CustodianKeystore = Omit<Keystore, 'rememberCredential'>;

type DatabaseKey = Exclude<KeyName, SecretName>;

const KEY_BYTES = 32;
const PROBE = 'probe';

const KINDS: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'macOS Keychain',
  linux: 'Secret Service',
  win32: 'Windows Credential Manager',
};

export interface KeychainKeystoreSettings {
  readonly keychain: Keychain;
  /** The service under which the keychain keeps everything of this installation. */
  readonly service: string;
  readonly dataFolder: string;
}

/** The keystore over the system's keychain. */
export function createKeychainKeystore({
  keychain,
  service,
  dataFolder,
}: KeychainKeystoreSettings): CustodianKeystore {
  return createKeystore({
    keychain,
    dataFolder,
    kind: KINDS[process.platform] ?? 'keychain',
    liesOpen: () => keyringLiesOpen(service),
    isSilentWhenLocked: true,
  });
}

/** The keystore over a sealed file that was opened. */
export function createSealedKeystore(file: Keychain, dataFolder: string): CustodianKeystore {
  return createKeystore({
    keychain: file,
    dataFolder,
    kind: 'sealed file',
    liesOpen: () => false,
    isSilentWhenLocked: false,
  });
}

interface KeystoreSettings {
  readonly keychain: Keychain;
  readonly dataFolder: string;
  /** What it is, in words. */
  readonly kind: string;
  /** Whether what is given to it lies open on the disk. */
  readonly liesOpen: () => boolean;
  /** Whether it answers that there is nothing also while it is locked. */
  readonly isSilentWhenLocked: boolean;
}

/**
 * The keystore over a place that keeps texts. It answers a key only when it is sure of it, and makes one only
 * where no database can need another: everything else is an error that says what to do.
 */
function createKeystore(settings: KeystoreSettings): CustodianKeystore {
  const { keychain, dataFolder, kind, liesOpen } = settings;

  const requirePassword = (): void => {
    if (liesOpen()) throw new ConsoleError('KEYSTORE_INSECURE');
  };

  /** Writes, reads back, and looks whether the keyring it went to is one with a password. */
  const keep = async (account: string, text: string): Promise<void> => {
    await keychain.set(account, text);
    if (liesOpen()) {
      await keychain.remove(account);
      throw new ConsoleError('KEYSTORE_INSECURE');
    }
    const kept = await keychain.get(account);
    if (kept === null || !equal(kept, text)) {
      throw new ConsoleError('KEYSTORE_UNAVAILABLE', {
        reason: 'The keychain did not keep what was given to it.',
      });
    }
  };

  /** A locked keyring answers as if it were empty: only one that takes something really has nothing. */
  const requireOpen = async (): Promise<void> => {
    if (!settings.isSilentWhenLocked) return;
    await keep(PROBE, randomUUID());
    await keychain.remove(PROBE);
  };

  const find = async (name: DatabaseKey): Promise<Uint8Array | null> => {
    requirePassword();
    const text = await keychain.get(accountOf(name));
    if (text === null) return null;
    const key = readKeyRecord(name, text);
    if (!key) {
      throw new ConsoleError('KEY_MISSING', {
        reason: 'What the keychain holds in its place is not this key.',
      });
    }
    return key;
  };

  const requireKey = async (name: DatabaseKey): Promise<Uint8Array> => {
    const key = await find(name);
    if (key) return key;
    await requireOpen();
    throw new ConsoleError('KEY_MISSING');
  };

  const destroy = async (name: DatabaseKey): Promise<void> => {
    requirePassword();
    await keychain.remove(accountOf(name));
    await requireOpen();
    if ((await keychain.get(accountOf(name))) !== null) {
      throw new ConsoleError('KEYSTORE_UNAVAILABLE', { reason: 'The keychain did not destroy the key.' });
    }
  };

  return {
    state: async (): Promise<KeystoreState> => {
      try {
        requirePassword();
        if ((await keychain.get(accountOf({ kind: 'installation' }))) === null) await requireOpen();
        return { kind, state: 'ready' };
      } catch (error) {
        if (!(error instanceof ConsoleError)) throw error;
        return { kind, state: error.code === 'KEYSTORE_INSECURE' ? 'insecure' : 'unavailable' };
      }
    },

    createKey: async (name) => {
      if (name.kind === 'tenant-next') {
        await requireKey({ kind: 'tenant', tenantId: name.tenantId });
      } else if (name.kind === 'installation-next') {
        await requireKey({ kind: 'installation' });
      } else if (hasDatabase(dataFolder, name)) {
        throw new ConsoleError('KEY_MISSING', {
          reason: 'There is a database of this name already, so no key is made for it.',
        });
      }
      const existing = await find(name);
      if (existing) return existing;
      const key = new Uint8Array(randomBytes(KEY_BYTES));
      await keep(accountOf(name), writeKeyRecord(name, key, Date.now()));
      return key;
    },

    readKey: requireKey,

    destroyKey: destroy,

    adoptNextKey: async (name) => {
      const next = nextNameOf(name);
      const key = await requireKey(next);
      await keep(accountOf(name), writeKeyRecord(name, key, Date.now()));
      key.fill(0);
      await destroy(next);
    },

    restoreKey: async (name, key) => {
      requirePassword();
      const account = accountOf(name);
      const text = await keychain.get(account);
      if (text === null) {
        await requireOpen();
        return keep(account, writeKeyRecord(name, key, Date.now()));
      }
      const existing = readKeyRecord(name, text);
      if (!existing || !timingSafeEqual(existing, key)) {
        throw new ConsoleError('CONFLICT', { reason: 'The keychain holds another key in its place.' });
      }
    },

    readSecret: async (name) => {
      requirePassword();
      const text = await keychain.get(accountOf(name));
      if (text !== null) return readSecretRecord(name, text);
      await requireOpen();
      return null;
    },

    writeSecret: async (name, secret) => {
      requirePassword();
      await keep(accountOf(name), writeSecretRecord(name, secret, Date.now()));
    },

    removeSecret: async (name) => {
      requirePassword();
      await keychain.remove(accountOf(name));
    },
  };
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
