import { isIP, isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import type { Place } from '../custodian/monitor';
import type { ServerVariables } from '../custodian/serverVariables';
import type { StandaloneSettings } from '../custodian/standalone';
import { keystoreOptions, PASSPHRASE_OPTIONS } from './keystoreOptions';
import { CommandProblem } from './terminal';

export const SERVE_USAGE = `serve --data FOLDER [--listen [ADDRESS:]PORT --name NAME] [--metrics [ADDRESS:]PORT] …
    runs the engine without a window until it is told to stop (SIGTERM, SIGINT; a second one ends it at once).
    --data                 the data folder; without it $RISCURA_DATA, under systemd $STATE_DIRECTORY
    --listen               opens the REST API there, for this time only, whatever its settings say
    --name                 the name under which it is reached then; without it localhost, for the loopback alone
    --metrics              opens /healthz, /readyz and /metrics there; without an address on the loopback
    --metrics-per-tenant   tells tenants apart in /metrics, by their ids
    --drain SECONDS        how long answers that run may go on when it is told to stop (10)
    --keystore             keychain or sealed-file: where the keys of a new data folder are kept
    --passphrase-file      holds the passphrase of a sealed file; closed to others
    --passphrase-fd        the number of an open file that holds it
    Without either the passphrase comes from the credential riscura-passphrase of systemd.
    The log goes to standard error, one JSON object a line.
    Ends with 0 when it was stopped, 1 when the engine failed, 2 when it could not start.`;

export interface ServeOptions extends Pick<StandaloneSettings, 'data' | 'keystore'> {
  readonly server: ServerVariables;
  /** Where monitoring systems ask; `null` nowhere. */
  readonly monitor: Place | null;
}

const LOOPBACK = '127.0.0.1';
const DRAIN_SECONDS = 10;
const LONGEST_DRAIN_SECONDS = 3_600;

/** @throws CommandProblem saying what is wrong with them */
export function readServeOptions(args: readonly string[]): ServeOptions {
  const values = parsed(args);
  const monitor = values.metrics === undefined ? null : placeOf(values.metrics, '--metrics');
  return {
    data: dataFolderOf(values.data, SERVE_USAGE),
    keystore: keystoreOptions(values),
    monitor,
    server: {
      apiPlace: apiPlaceOf(values),
      drainMs: drainOf(values.drain) * 1_000,
      metrics: monitor && (values['metrics-per-tenant'] ? 'per-tenant' : 'all'),
    },
  };
}

/** @throws CommandProblem when no folder is named */
export function dataFolderOf(given: string | undefined, usage: string): string {
  const data = given ?? process.env.RISCURA_DATA ?? process.env.STATE_DIRECTORY;
  if (data) return data;
  throw new CommandProblem(`No data folder is named.\n\n${usage}`);
}

function apiPlaceOf({ listen, name }: { listen?: string; name?: string }): ServerVariables['apiPlace'] {
  if (listen === undefined) {
    if (name !== undefined) throw new CommandProblem('--name belongs to --listen.');
    return null;
  }
  const place = placeOf(listen, '--listen');
  if (!isIPv4(place.address)) {
    throw new CommandProblem('--listen takes an IPv4 address of this machine.');
  }
  if (name !== undefined) return { ...place, name };
  if (place.address !== LOOPBACK) {
    throw new CommandProblem('Beyond the loopback, --listen needs the --name under which it is reached.');
  }
  return { ...place, name: 'localhost' };
}

/** Reads `PORT`, `ADDRESS:PORT` or `[ADDRESS]:PORT`. */
function placeOf(given: string, option: string): Place {
  const [, address = LOOPBACK, digits = ''] = /^(?:\[?([^[\]]*?)\]?:)?(\d{1,5})$/.exec(given) ?? [];
  const port = Number(digits);
  if (digits === '' || port < 1 || port > 65_535 || isIP(address) === 0) {
    throw new CommandProblem(`${option} is PORT, or ADDRESS:PORT with an address of this machine.`);
  }
  return { address, port };
}

function drainOf(given: string | undefined): number {
  const seconds = given === undefined ? DRAIN_SECONDS : Number(given);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST_DRAIN_SECONDS) return seconds;
  throw new CommandProblem(`--drain is a number of seconds up to ${LONGEST_DRAIN_SECONDS}.`);
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        listen: { type: 'string' },
        name: { type: 'string' },
        metrics: { type: 'string' },
        'metrics-per-tenant': { type: 'boolean', default: false },
        drain: { type: 'string' },
        keystore: { type: 'string' },
        ...PASSPHRASE_OPTIONS,
      },
    }).values;
  } catch (problem) {
    throw new CommandProblem(`${problem instanceof Error ? problem.message : ''}\n\n${SERVE_USAGE}`);
  }
}
