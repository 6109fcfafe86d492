import type { ListenerSettings } from '../../../contract';

const WORDS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another program listens at this port already.',
  EACCES: 'The system does not let the console listen at this port. Choose one above 1023.',
  EADDRNOTAVAIL: 'This machine does not have this address.',
};

/** Why a listener could not be opened, for a person. */
export function listenProblem(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const known = /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'unknown';
  return WORDS[known] ?? `It failed with the code ${known}.`;
}

/** The name, with the port where it is not the usual one, under which a listener is reached. */
export function authorityOf({ name, port }: ListenerSettings): string {
  return port === 443 ? name : `${name}:${port}`;
}
