/** The scheme under which the console's own pages are served. */
export const SCHEME = 'app';

/** The only origin that the console speaks with. */
export const ORIGIN = `${SCHEME}://console`;

/** Whether an address or origin is the console's own. */
export function isOwnOrigin(address: string): boolean {
  return address === ORIGIN || address.startsWith(`${ORIGIN}/`);
}
