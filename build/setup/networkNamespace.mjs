import { isRoot } from './cacheFolder.mjs';
import { findProgram, succeeds } from './run.mjs';

/** Raises loopback, then becomes the program. */
const RAISE_LOOPBACK = ['sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

/**
 * The words to put before a command so that it runs in a network namespace that has loopback and no way out.
 * @returns {string[] | undefined} undefined where the system does not allow it, or the screen is reached by network
 */
export function withoutNetwork() {
  if (process.platform !== 'linux' || !findProgram('ip') || screenIsRemote()) return undefined;
  const asOrdinaryUser = isRoot ? [] : ['--map-current-user', '--keep-caps'];
  const words = ['unshare', '-n', ...asOrdinaryUser, ...RAISE_LOOPBACK];
  return succeeds(words[0], [...words.slice(1), 'true']) ? words : undefined;
}

function screenIsRemote() {
  return /^[^:]+:/.test(process.env.DISPLAY ?? '');
}
