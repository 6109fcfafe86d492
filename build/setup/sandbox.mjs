import { isRoot } from './cacheFolder.mjs';
import { ordinaryUserExists } from './ordinaryUser.mjs';
import { succeeds } from './run.mjs';

/**
 * Why Chromium's sandbox cannot be on for a console that this user starts; undefined where it is on.
 * @returns {string | undefined}
 */
export function whyNoSandbox() {
  if (process.platform !== 'linux') return undefined;
  if (isRoot) return 'root starts it';
  if (!succeeds('unshare', ['--user', 'true']))
    return 'this system does not allow unprivileged user namespaces';
  return undefined;
}

/**
 * The arguments Electron needs under tests and in the demonstration, where root hands over to an ordinary user.
 * @returns {string[]}
 */
export function electronArgumentsForTests() {
  const handedOver = isRoot && process.platform === 'linux' && ordinaryUserExists();
  return !handedOver && whyNoSandbox() ? ['--no-sandbox'] : [];
}
