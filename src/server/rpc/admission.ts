import type { IncomingMessage } from 'node:http';
import { ConsoleError, contract } from '../../contract';
import { listProcedures } from '../../engine/door';

/** Where the console's own interface calls the contract. */
export const RPC_PREFIX = '/rpc';

/** Above it only those who are signed in may send. */
const STRANGERS_BYTES = 256 * 1024;

const MOST_BYTES: ReadonlyMap<string, number> = new Map(
  (['installation', 'tenant'] as const).flatMap((scope) =>
    listProcedures(contract[scope]).map(
      ([name, { '~orpc': procedure }]) =>
        [
          `${RPC_PREFIX}/${scope}/${name.replaceAll('.', '/')}`,
          (procedure.meta as { maxBytes: number }).maxBytes,
        ] as const,
    ),
  ),
);

/** What hashes a password of somebody who has not been let in yet. */
const HASHING: ReadonlySet<string> = new Set(
  [
    'installation/operators/createFirst',
    'installation/operators/signIn',
    'installation/sealing/unseal',
    'installation/recovery/restore',
    'installation/recovery/acceptOlder',
    'tenant/identity/signIn',
    'tenant/people/acceptInvitation',
  ].map((path) => `${RPC_PREFIX}/${path}`),
);

/** Whether a call hashes a password for whoever comes, so that few at a time are answered. */
export function isHashing(path: string): boolean {
  return HASHING.has(path);
}

/**
 * Sees that a call was made by a page of this very origin. A form or an image of a stranger's page can send none of
 * it: the header of its own (which `tab` is) makes a browser ask first, and nobody is told yes.
 * @param tab from the header of the tab
 * @throws ConsoleError saying what is missing
 */
export function requireOwnPage(request: IncomingMessage, authority: string, tab: string | null): string {
  const { headers, method } = request;
  if (method !== 'POST') throw new ConsoleError('UNKNOWN_PROCEDURE');
  const site = headers['sec-fetch-site'];
  if (
    tab === null ||
    headers.origin !== `https://${authority}` ||
    (site ?? 'same-origin') !== 'same-origin'
  ) {
    throw new ConsoleError('NOT_ALLOWED', { reason: 'This was not sent by a page of the console.' });
  }
  return tab;
}

/**
 * Sees before it is read that a body is of the kinds that the console sends, and no larger than what is called takes.
 * @param isKnown whether somebody is signed in at the tab
 * @returns its size in bytes
 * @throws ConsoleError UNKNOWN_PROCEDURE, BAD_INPUT, TOO_LARGE, NOT_SIGNED_IN
 */
export function requireBody(request: IncomingMessage, path: string, isKnown: boolean): number {
  const most = MOST_BYTES.get(path);
  if (most === undefined) throw new ConsoleError('UNKNOWN_PROCEDURE');
  const [kind = ''] = (request.headers['content-type'] ?? '').toLowerCase().split(';', 1);
  if (kind.trim() !== 'application/json' && kind.trim() !== 'multipart/form-data') {
    throw new ConsoleError('BAD_INPUT', { reason: 'The content type is not one that the console sends.' });
  }
  const length = request.headers['content-length'];
  if (length === undefined || !/^\d{1,12}$/.test(length)) {
    throw new ConsoleError('BAD_INPUT', { reason: 'The request does not say how long it is.' });
  }
  const bytes = Number(length);
  if (bytes > most) throw new ConsoleError('TOO_LARGE');
  if (bytes > STRANGERS_BYTES && !isKnown) throw new ConsoleError('NOT_SIGNED_IN');
  return bytes;
}
