import { ConsoleError, isConsoleError } from '../../contract';
import { createClosedKeystore } from './closedKeystore';
import { hasAnyDatabase } from './existingDatabases';
import { openKeychain } from './keychain';
import { type CustodianKeystore, createKeychainKeystore, createSealedKeystore } from './keystore';
import { type KeystoreFile, readKeystoreFile, serviceOf } from './keystoreFile';
import { hasSealedFile, makeSealedFile, openSealedFile, type SealedFile } from './sealedFile';

export type { CustodianKeystore, KeystoreFile };
export type KeystoreKind = KeystoreFile['kind'];
export { moveKeystore } from './move';

/**
 * Opens the keystore of a data folder. It never throws: a keystore that cannot be had is one that answers every
 * call with the reason, so that the console can start and say it.
 */
export function openKeystore(dataFolder: string): CustodianKeystore {
  try {
    const file = readKeystoreFile(dataFolder, 'keychain');
    if (file.kind !== 'keychain') {
      throw new ConsoleError('KEYSTORE_UNAVAILABLE', {
        reason: 'The keys of this data folder are in a sealed file. Start it with “riscura serve”.',
      });
    }
    return keychainKeystore(file, dataFolder);
  } catch (error) {
    if (isConsoleError(error)) return createClosedKeystore(error);
    throw error;
  }
}

function keychainKeystore(file: KeystoreFile, dataFolder: string): CustodianKeystore {
  const service = serviceOf(file);
  return createKeychainKeystore({ keychain: openKeychain(service), service, dataFolder });
}

export interface ServerKeystoreSettings {
  readonly dataFolder: string;
  /** Which keystore is asked for; without it the one that the data folder has, in an empty folder the keychain. */
  readonly kind?: KeystoreKind | undefined;
  /**
   * Gets the passphrase of a sealed file; it is overwritten when it was used.
   * @param isNew whether the file is to be made
   */
  passphrase(isNew: boolean): Promise<Uint8Array>;
}

/**
 * Opens the keystore of a data folder for a program that can ask for a passphrase. A new sealed file is made only where no
 * database exists that could need a key of an older one.
 * @throws ConsoleError KEYSTORE_UNAVAILABLE, KEYSTORE_INSECURE, KEY_MISSING when the sealed file is gone, and what
 *   asking for the passphrase throws
 */
export async function openServerKeystore(settings: ServerKeystoreSettings): Promise<CustodianKeystore> {
  const { dataFolder, kind } = settings;
  const file = readKeystoreFile(dataFolder, kind ?? 'keychain');
  if (kind !== undefined && file.kind !== kind) {
    throw new ConsoleError('KEYSTORE_UNAVAILABLE', {
      reason: `The keys of this data folder are in ${PLACES[file.kind]}, not in ${PLACES[kind]}.`,
    });
  }
  if (file.kind === 'keychain') return keychainKeystore(file, dataFolder);
  return createSealedKeystore(await sealedFileOf(settings, file), dataFolder);
}

const PLACES: Readonly<Record<KeystoreKind, string>> = {
  keychain: 'the keychain of the system',
  'sealed-file': 'a sealed file',
};

async function sealedFileOf(settings: ServerKeystoreSettings, file: KeystoreFile): Promise<SealedFile> {
  const { dataFolder } = settings;
  const owner = { dataFolder, installationId: file.installationId };
  const isNew = !hasSealedFile(dataFolder);
  if (isNew && hasAnyDatabase(dataFolder)) {
    throw new ConsoleError('KEY_MISSING', {
      reason: 'The file keystore.sealed is not in the data folder. Restore it from a backup.',
    });
  }
  const passphrase = await settings.passphrase(isNew);
  try {
    return await (isNew ? makeSealedFile(owner, passphrase) : openSealedFile(owner, passphrase));
  } finally {
    passphrase.fill(0);
  }
}

/**
 * Makes a new and empty sealed file where the one of a data folder is lost, so that the installation starts sealed and takes
 * its key from the recovery kit. It holds no key: none is ever made for a database that exists.
 * @param dataFolder held by this process alone
 * @throws ConsoleError CONFLICT when there is one, KEYSTORE_UNAVAILABLE when the keys are not in a sealed file
 */
export async function replaceLostSealedFile(dataFolder: string, passphrase: Uint8Array): Promise<void> {
  const file = readKeystoreFile(dataFolder, 'sealed-file');
  if (file.kind !== 'sealed-file') {
    throw new ConsoleError('KEYSTORE_UNAVAILABLE', {
      reason: 'The keys of this data folder are not in a sealed file.',
    });
  }
  if (hasSealedFile(dataFolder)) {
    throw new ConsoleError('CONFLICT', {
      reason: 'There is a file keystore.sealed. Move it away and keep it, when its passphrase is lost.',
    });
  }
  await makeSealedFile({ dataFolder, installationId: file.installationId }, passphrase);
}

/**
 * Seals the keys of a data folder under another passphrase.
 * @param dataFolder held by this process alone
 * @throws ConsoleError as {@link openServerKeystore}, and when the keys are not in a sealed file
 */
export async function changePassphrase(
  dataFolder: string,
  before: Uint8Array,
  after: Uint8Array,
): Promise<void> {
  const file = readKeystoreFile(dataFolder, 'sealed-file');
  if (file.kind !== 'sealed-file') {
    throw new ConsoleError('KEYSTORE_UNAVAILABLE', {
      reason: 'The keys of this data folder are not in a sealed file.',
    });
  }
  const opened = await openSealedFile({ dataFolder, installationId: file.installationId }, before);
  await opened.changePassphrase(after);
}
