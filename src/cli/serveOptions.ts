import { parseArgs } from 'node:util';
import type { StandaloneSettings } from '../custodian/standalone';
import { keystoreOptions, PASSPHRASE_OPTIONS } from './keystoreOptions';
import { CommandProblem } from './terminal';

export const SERVE_USAGE = `serve --data FOLDER [--keystore keychain|sealed-file] [--passphrase-file FILE | --passphrase-fd N]
    runs the engine without a window until it is told to stop (SIGTERM, SIGINT; a second one ends it at once).
    --data              the data folder; without it $RISCURA_DATA, under systemd $STATE_DIRECTORY
    --keystore          where the keys of a new data folder are kept; of one that exists, where they must be
    --passphrase-file   holds the passphrase of a sealed file; closed to others
    --passphrase-fd     the number of an open file that holds it
    Without either it comes from the credential riscura-passphrase of systemd.
    The log goes to standard error, one JSON object a line.
    Ends with 0 when it was stopped, 1 when the engine failed, 2 when it could not start.`;

export interface ServeOptions extends Pick<StandaloneSettings, 'data' | 'keystore'> {}

/** @throws CommandProblem saying what is wrong with them */
export function readServeOptions(args: readonly string[]): ServeOptions {
  const values = parsed(args);
  return { data: dataFolderOf(values.data, SERVE_USAGE), keystore: keystoreOptions(values) };
}

/** @throws CommandProblem when no folder is named */
export function dataFolderOf(given: string | undefined, usage: string): string {
  const data = given ?? process.env.RISCURA_DATA ?? process.env.STATE_DIRECTORY;
  if (data) return data;
  throw new CommandProblem(`No data folder is named.\n\n${usage}`);
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, keystore: { type: 'string' }, ...PASSPHRASE_OPTIONS },
    }).values;
  } catch (problem) {
    throw new CommandProblem(`${problem instanceof Error ? problem.message : ''}\n\n${SERVE_USAGE}`);
  }
}
