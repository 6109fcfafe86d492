import { ConsoleError, isConsoleError } from '../../contract';
import { createClosedKeystore } from './closedKeystore';
import { openKeychain } from './keychain';
import { type CustodianKeystore, createKeychainKeystore } from './keystore';
import { readKeystoreFile } from './keystoreFile';

export type { CustodianKeystore };

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
    const service = `RISCURA Console ${file.installationId}`;
    return createKeychainKeystore({ keychain: openKeychain(service), service, dataFolder });
  } catch (error) {
    if (isConsoleError(error)) return createClosedKeystore(error);
    throw error;
  }
}
