import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { changePassphrase, moveKeystore, replaceLostSealedFile } from '../adapters/keystore';
import { openDataFolder } from '../custodian/dataFolder';
import { type PassphraseSources, readPassphrase } from '../custodian/passphrase';
import { takeDataFolder } from '../custodian/takeDataFolder';
import { keystoreOptions, PASSPHRASE_OPTIONS, passphraseSources } from './keystoreOptions';
import { dataFolderOf } from './serveOptions';
import { CommandProblem, type Terminal } from './terminal';

export const KEYSTORE_USAGE = `keystore change-passphrase --data FOLDER [--passphrase-file FILE] [--new-passphrase-file FILE]
    seals the keys of a data folder under another passphrase, while nothing works on it.
    --passphrase-file, --passphrase-fd           the passphrase as it is
    --new-passphrase-file, --new-passphrase-fd   as it is to be
    Copies of the file that were made before are still opened by the passphrase before.
keystore move --to keychain|sealed-file --data FOLDER [--passphrase-file FILE]
    moves all keys from the keychain of this user into a sealed file, or back, while nothing works on the data folder.
keystore replace-lost --data FOLDER [--new-passphrase-file FILE]
    makes an empty sealed file where the one of a data folder is lost. The keys then come from the recovery kits: riscura recover.`;

/** @returns 0 when it was done */
export async function keystore(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = read(args);
  const data = dataFolderOf(values.data, KEYSTORE_USAGE);
  const act = positionals.length === 1 ? ACTS[positionals[0] ?? ''] : undefined;
  if (!act) throw new CommandProblem(KEYSTORE_USAGE);
  if (!existsSync(join(data, 'keystore.json'))) {
    throw new CommandProblem(`There is no installation in ${data}.`);
  }
  const lock = await takeDataFolder(openDataFolder(data), 'riscura keystore');
  try {
    terminal.say(await act(data, values));
  } finally {
    lock.release();
  }
  return 0;
}

type Values = ReturnType<typeof read>['values'];

/** Each answers what it says when it is done. */
const ACTS: Readonly<Record<string, (data: string, values: Values) => Promise<string>>> = {
  'change-passphrase': async (data, values) => {
    const before = await readPassphrase(passphraseSources(values), 'Passphrase: ', false);
    const after = await readPassphrase(newSources(values), 'The new passphrase: ', true);
    try {
      await changePassphrase(data, before, after);
    } finally {
      before.fill(0);
      after.fill(0);
    }
    return 'The keys are sealed under the new passphrase.';
  },
  'replace-lost': async (data, values) => {
    const passphrase = await readPassphrase(newSources(values), 'The new passphrase: ', true);
    try {
      await replaceLostSealedFile(data, passphrase);
    } finally {
      passphrase.fill(0);
    }
    return 'There is an empty sealed file. Start the server, then bring the keys back with “riscura recover”.';
  },
  move: async (data, values) => {
    const { kind, passphrase } = keystoreOptions({ ...values, keystore: values.to });
    if (kind === undefined) throw new CommandProblem(KEYSTORE_USAGE);
    await moveKeystore({ dataFolder: data, to: kind, passphrase });
    return kind === 'keychain' ? 'The keys are in the keychain.' : 'The keys are in the sealed file.';
  },
};

/** A service's credential is the passphrase as it is, so the new one is never taken from there. */
function newSources(values: Values): PassphraseSources {
  const sources = passphraseSources({
    'passphrase-file': values['new-passphrase-file'],
    'passphrase-fd': values['new-passphrase-fd'],
  });
  return { ...sources, credentials: undefined };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        to: { type: 'string' },
        ...PASSPHRASE_OPTIONS,
        'new-passphrase-file': { type: 'string' },
        'new-passphrase-fd': { type: 'string' },
      },
    });
  } catch (problem) {
    throw new CommandProblem(`${problem instanceof Error ? problem.message : ''}\n\n${KEYSTORE_USAGE}`);
  }
}
