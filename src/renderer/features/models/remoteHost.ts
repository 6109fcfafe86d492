/** A host of the network, as Network declares it. */
export interface RemoteHost {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** The host that an address leads to; `null` where it stays on this machine or is no address. */
export function remoteHostOf(address: string): RemoteHost | null {
  const url = URL.parse(address.trim());
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') return null;
  const host = url.hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  if (LOOPBACK.test(host)) return null;
  return { host, port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80) };
}
