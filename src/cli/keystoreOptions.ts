import type { KeystoreKind } from '../adapters/keystore';
import { type PassphraseSources, readPassphrase } from '../custodian/passphrase';
import type { StandaloneSettings } from '../custodian/standalone';
import { askAtTerminal } from './secrets';
import { CommandProblem } from './terminal';

/** The options with which a command is told where a passphrase comes from. */
export const PASSPHRASE_OPTIONS = {
  'passphrase-file': { type: 'string' },
  'passphrase-fd': { type: 'string' },
} as const;

interface Values {
  readonly keystore?: string | undefined;
  readonly 'passphrase-file'?: string | undefined;
  readonly 'passphrase-fd'?: string | undefined;
}

const KINDS: readonly KeystoreKind[] = ['keychain', 'sealed-file'];

/** @throws CommandProblem for what is no keystore, or no descriptor */
export function keystoreOptions(values: Values): StandaloneSettings['keystore'] {
  const kind = KINDS.find((each) => each === values.keystore);
  if (values.keystore !== undefined && !kind) {
    throw new CommandProblem('--keystore is keychain or sealed-file.');
  }
  const sources = passphraseSources(values);
  return {
    kind,
    passphrase: (isNew) =>
      readPassphrase(sources, isNew ? 'A passphrase for the sealed file: ' : 'Passphrase: ', isNew),
  };
}

/** @throws CommandProblem for what is no descriptor */
export function passphraseSources(values: Values): PassphraseSources {
  const given = values['passphrase-fd'];
  if (given !== undefined && !/^\d{1,4}$/.test(given)) {
    throw new CommandProblem('--passphrase-fd is the number of an open file.');
  }
  return {
    file: values['passphrase-file'],
    descriptor: given === undefined ? undefined : Number(given),
    credentials: process.env.CREDENTIALS_DIRECTORY,
    ask: (question) => askAtTerminal(question, true),
  };
}
