import { ConsoleError } from '../../contract';
import { openKit } from '../mechanism/recoveryKit';
import type { Database, EnginePorts, Keystore } from '../ports';
import { firstCensus, isUnused } from './census';
import { type ControlContext, createSeals } from './context';
import { purposeKey, rotateCheckpointKey, rotateInstallationKey, WITNESS } from './keys';

const CATALOG = 'catalog.db';

/** Opens the catalogue; only where there is none its key is made. */
export async function openCatalog(ports: EnginePorts): Promise<{ database: Database; key: Uint8Array }> {
  const exists = await ports.files.exists(CATALOG);
  const key = exists
    ? await ports.keystore.readKey({ kind: 'installation' })
    : await ports.keystore.createKey({ kind: 'installation' });
  const file = ports.files.absolute(CATALOG);
  const database = exists
    ? await ports.catalogDriver.open(file, null)
    : await ports.catalogDriver.create(file, null);
  return { database, key };
}

/**
 * A sealed row of its own tells a changed key from a changed catalogue.
 * @throws ConsoleError KEY_MISSING for another key, INSTALLATION_TAMPERED when the row was taken out
 */
export async function requireSameKey({
  store,
  seals,
  ports,
}: Pick<ControlContext, 'store' | 'seals' | 'ports'>): Promise<void> {
  const [kept] = await store.read('SELECT * FROM settings WHERE name = ?', [WITNESS]);
  if (!kept) {
    if (!(await isUnused(store))) {
      throw new ConsoleError('INSTALLATION_TAMPERED', {
        reason: 'The mark of the installation was taken out.',
      });
    }
    const row = { name: WITNESS, value: 'sealed', revision: 1 };
    await store.write({
      statements: [
        {
          sql: 'INSERT INTO settings (name, value, revision, mac) VALUES (?, ?, ?, ?)',
          params: [row.name, row.value, row.revision, seals.settings.of(row)],
        },
        firstCensus({ store, seal: seals.settings }, 1),
      ],
      events: [
        {
          at: ports.clock.now(),
          event: 'installation.created',
          actor: 'system:installation',
          target: null,
          outcome: 'done',
          detail: { version: ports.version },
        },
      ],
    });
    return;
  }
  try {
    seals.settings.require(kept);
  } catch (cause) {
    throw new ConsoleError(
      'KEY_MISSING',
      { reason: 'The keychain holds another key than the one this installation was made with.' },
      cause,
    );
  }
}

/**
 * The key of the installation out of its recovery kit, after it was held against the catalogue.
 * @returns 32 bytes; the caller overwrites them when done
 * @throws ConsoleError KIT_REFUSED
 */
export async function installationKeyOf(ports: EnginePorts, sheets: readonly string[]): Promise<Uint8Array> {
  const { key, label } = await openKit(sheets);
  try {
    if (label.kind !== 'installation') {
      throw new ConsoleError('KIT_REFUSED', {
        reason: 'This is the kit of a tenant, not of the installation.',
      });
    }
    if (!(await ports.files.exists(CATALOG))) {
      throw new ConsoleError('KIT_REFUSED', {
        reason: 'The data folder has no catalogue. Put it back from a backup first.',
      });
    }
    await requireKeyOfCatalogue(ports, key);
    return key;
  } catch (refusal) {
    key.fill(0);
    throw refusal;
  }
}

/**
 * A keystore that answers with the key of the installation before the key is in keeping, so that nothing is kept when
 * what is done under it fails.
 * @param key 32 bytes; overwritten by `keep`
 */
export function lendInstallationKey(
  keystore: Keystore,
  key: Uint8Array,
): { readonly keystore: Keystore; keep(): Promise<void> } {
  const name = { kind: 'installation' } as const;
  let kept = false;
  return {
    keystore: {
      state: () => keystore.state(),
      createKey: (asked) => keystore.createKey(asked),
      readKey: async (asked) =>
        asked.kind === name.kind && !kept ? Uint8Array.from(key) : keystore.readKey(asked),
      destroyKey: (asked) => keystore.destroyKey(asked),
      adoptNextKey: (asked) => keystore.adoptNextKey(asked),
      readSecret: (asked) => keystore.readSecret(asked),
      writeSecret: (asked, secret) => keystore.writeSecret(asked, secret),
      removeSecret: (asked) => keystore.removeSecret(asked),
      restoreKey: (asked, restored) => keystore.restoreKey(asked, restored),
      rememberCredential: (window, credential) => keystore.rememberCredential(window, credential),
    },
    async keep() {
      await keystore.restoreKey(name, key);
      kept = true;
      key.fill(0);
    },
  };
}

async function requireKeyOfCatalogue(ports: EnginePorts, key: Uint8Array): Promise<void> {
  const database = await ports.catalogDriver.open(ports.files.absolute(CATALOG), null);
  try {
    const [mark] = await database.read('SELECT * FROM settings WHERE name = ?', [WITNESS]);
    if (!mark) throw new ConsoleError('INSTALLATION_TAMPERED');
    createSeals(purposeKey(key, 'row-seals')).settings.require(mark);
  } catch (cause) {
    throw new ConsoleError(
      'KIT_REFUSED',
      {
        reason:
          'The kit is of another installation than this one, or of a key of it that was rotated after the kit was made.',
      },
      cause,
    );
  } finally {
    await database.close();
  }
}

/** Work over the catalogue that is done while it is closed, by the procedure that begins it. */
export const WHILE_CLOSED: Readonly<Record<string, (ports: EnginePorts) => Promise<void>>> = {
  'keys.rotateInstallationKey': (ports) => rotateInstallationKey(ports, CATALOG),
  'keys.rotateCheckpointKey': (ports) => rotateCheckpointKey(ports, CATALOG),
};
