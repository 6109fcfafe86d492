import type { Keystore } from '../../engine/ports';
import type { Ask } from './requests';

/** The engine's keystore: every call goes to the custodian. */
export function createKeystoreClient(ask: Ask, rememberCredential: Keystore['rememberCredential']): Keystore {
  return {
    state: () => ask('keystore.state', {}),
    createKey: (name) => ask('keystore.createKey', { name }),
    readKey: (name) => ask('keystore.readKey', { name }),
    destroyKey: async (name) => {
      await ask('keystore.destroyKey', { name });
    },
    adoptNextKey: async (name) => {
      await ask('keystore.adoptNextKey', { name });
    },
    restoreKey: async (name, key) => {
      await ask('keystore.restoreKey', { name, key });
    },
    readSecret: (name) => ask('keystore.readSecret', { name }),
    writeSecret: async (name, secret) => {
      await ask('keystore.writeSecret', { name, secret });
    },
    removeSecret: async (name) => {
      await ask('keystore.removeSecret', { name });
    },
    rememberCredential,
  };
}
