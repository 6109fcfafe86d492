import type { ConsoleError } from '../../contract';
import type { CustodianKeystore } from './keystore';

/** A keystore that opens nothing: where the keys are could not be found out, and every call says why. */
export function createClosedKeystore(why: ConsoleError): CustodianKeystore {
  const refuse = (): Promise<never> => Promise.reject(why);
  return {
    state: () => Promise.resolve({ kind: 'unknown', state: 'unavailable' }),
    createKey: refuse,
    readKey: refuse,
    destroyKey: refuse,
    adoptNextKey: refuse,
    restoreKey: refuse,
    readSecret: refuse,
    writeSecret: refuse,
    removeSecret: refuse,
  };
}
