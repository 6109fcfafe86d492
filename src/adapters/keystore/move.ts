import { randomUUID } from 'node:crypto';
import { ConsoleError } from '../../contract';
import { openKeychain, type SystemKeychain } from './keychain';
import { type KeystoreFile, readKeystoreFile, serviceOf, writeKeystoreFile } from './keystoreFile';
import { keyringLiesOpen } from './openKeyrings';
import { accountOf } from './records';
import { makeSealedFile, openSealedFile, removeSealedFile } from './sealedFile';

export interface MoveSettings {
  /** Held by this process alone. */
  readonly dataFolder: string;
  readonly to: KeystoreFile['kind'];
  /** Gets the passphrase of the sealed file; it is overwritten when it was used. */
  passphrase(isNew: boolean): Promise<Uint8Array>;
}

type Entries = Readonly<Record<string, string>>;

const INSTALLATION = accountOf({ kind: 'installation' });
const PROBE = 'probe';

/**
 * Moves all keys of a data folder to the other keystore: copies them, reads them back, says in `keystore.json` where they
 * are from now on, and only then removes them from where they were. Killed at any line, the file says where they all are;
 * the same move again removes what was left behind.
 * @throws ConsoleError KEYSTORE_UNAVAILABLE, KEYSTORE_INSECURE, or KEY_MISSING when the key of the installation is not there
 */
export async function moveKeystore(settings: MoveSettings): Promise<void> {
  const { dataFolder, to } = settings;
  const file = readKeystoreFile(dataFolder, to);
  const keychain = openKeychain(serviceOf(file));
  if (file.kind !== to) {
    if (to === 'sealed-file') await intoFile(settings, file, keychain);
    else await intoKeychain(settings, file, keychain);
    writeKeystoreFile(dataFolder, { ...file, kind: to });
  }
  if (to === 'keychain') removeSealedFile(dataFolder);
  else await empty(keychain);
}

async function empty(keychain: SystemKeychain): Promise<void> {
  for (const account of Object.keys(await keychain.entries())) await keychain.remove(account);
}

async function intoFile(settings: MoveSettings, file: KeystoreFile, keychain: SystemKeychain): Promise<void> {
  await requireOpen(keychain);
  const entries = await keychain.entries();
  requireInstallation(entries);
  await withPassphrase(settings, true, async (passphrase) => {
    const owner = { dataFolder: settings.dataFolder, installationId: file.installationId };
    await (await makeSealedFile(owner, passphrase)).replace(entries);
    requireSame(entries, (await openSealedFile(owner, passphrase)).entries());
  });
}

async function intoKeychain(
  settings: MoveSettings,
  file: KeystoreFile,
  keychain: SystemKeychain,
): Promise<void> {
  const owner = { dataFolder: settings.dataFolder, installationId: file.installationId };
  const entries = await withPassphrase(settings, false, async (passphrase) =>
    (await openSealedFile(owner, passphrase)).entries(),
  );
  requireInstallation(entries);
  await requireOpen(keychain);
  // What a move that was interrupted left there decides nothing.
  await empty(keychain);
  for (const [account, text] of Object.entries(entries)) await keychain.set(account, text);
  if (keyringLiesOpen(serviceOf(file))) {
    await empty(keychain);
    throw new ConsoleError('KEYSTORE_INSECURE');
  }
  requireSame(entries, await keychain.entries());
}

async function withPassphrase<Result>(
  { passphrase }: MoveSettings,
  isNew: boolean,
  work: (passphrase: Uint8Array) => Promise<Result>,
): Promise<Result> {
  const given = await passphrase(isNew);
  try {
    return await work(given);
  } finally {
    given.fill(0);
  }
}

/** A locked keyring answers as if it were empty: only one that takes something is read whole. */
async function requireOpen(keychain: SystemKeychain): Promise<void> {
  const text = randomUUID();
  await keychain.set(PROBE, text);
  const kept = await keychain.get(PROBE);
  await keychain.remove(PROBE);
  if (kept === text) return;
  throw new ConsoleError('KEYSTORE_UNAVAILABLE', {
    reason: 'The keychain did not keep what was given to it.',
  });
}

function requireInstallation(entries: Entries): void {
  if (!Object.hasOwn(entries, INSTALLATION)) throw new ConsoleError('KEY_MISSING');
}

function requireSame(one: Entries, other: Entries): void {
  const isSame =
    Object.keys(one).length === Object.keys(other).length &&
    Object.entries(one).every(([account, text]) => other[account] === text);
  if (isSame) return;
  throw new ConsoleError('KEYSTORE_UNAVAILABLE', {
    reason: 'The new place did not keep all that was given to it. The keys are still where they were.',
  });
}
