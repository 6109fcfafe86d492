import { type AddressKind, kindOfAddress } from './addresses';

/** Where a URL leads, after it was found to be in plain form. */
export interface Endpoint {
  readonly secure: boolean;
  /** Name or address, in lower case, without brackets. */
  readonly host: string;
  readonly port: number;
  /** What the address is, when the host is one. */
  readonly address: AddressKind | null;
  /** Whether it leads to this machine by itself, without a look-up. */
  readonly loopback: boolean;
}

/** Why a URL is refused before anything else is asked. */
export const FORM = {
  url: 'The address is not a URL in plain form.',
  scheme: 'Only http, https, ldap and ldaps are connected to.',
  userInfo: 'The address holds a user name or a password.',
  host: 'The host is not written in plain form: numbers as four decimals, names in ASCII, no final dot.',
} as const;

/** The addresses of `localhost`, which no name server is asked about (RFC 6761). */
export const LOCALHOST: readonly string[] = ['127.0.0.1', '::1'];

/** LDAP is read as HTTP is: a URL parser reads the host of a scheme that it does not know in another way. */
const READ_AS: Readonly<Record<string, { as: string; port: number }>> = {
  ldap: { as: 'http', port: 389 },
  ldaps: { as: 'https', port: 636 },
};

/**
 * Reads a URL strictly. What a URL parser would kindly repair (decimal or octal addresses, percent signs, other
 * alphabets' digits, tabs) is refused: two parsers that repair differently are how such rules are got around.
 * @returns the endpoint, or the rule that the URL breaks
 */
export function readEndpoint(written: string): Endpoint | { readonly broken: string } {
  const scheme = /^[a-z]+(?=:)/i.exec(written)?.[0].toLowerCase() ?? '';
  const directory = READ_AS[scheme];
  if (!directory) return readHttpEndpoint(written, null);
  return readHttpEndpoint(directory.as + written.slice(scheme.length), directory.port);
}

/** @param defaultPort the port when none is written; `null` for the one of the scheme */
function readHttpEndpoint(text: string, defaultPort: number | null): Endpoint | { readonly broken: string } {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\\]*)/i.exec(text);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  if (!match || /[\u0000-\u0020\u007f\\]/.test(text) || !URL.canParse(text)) return { broken: FORM.url };
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { broken: FORM.scheme };
  const authority = (match[2] ?? '').toLowerCase();
  if (authority.includes('@')) return { broken: FORM.userInfo };
  const written = authority.replace(/:\d*$/, '');
  if (written !== url.hostname || written === '' || written.endsWith('.')) return { broken: FORM.host };
  const host = written.replace(/^\[|\]$/g, '');
  const address = kindOfAddress(host);
  const named = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/.test(
    host,
  );
  if (address === null && (!named || /\.\d+$/.test(host))) return { broken: FORM.host };
  const secure = url.protocol === 'https:';
  return {
    secure,
    host,
    port: portOf(url, match[2] ?? '', defaultPort),
    address,
    loopback: address === 'loopback' || host === 'localhost',
  };
}

/** A URL does not show a port that is its scheme's own, so it is read as it was written. */
function portOf(url: URL, authority: string, defaultPort: number | null): number {
  const written = /:(\d+)$/.exec(authority)?.[1];
  if (written !== undefined) return Number(written);
  return defaultPort ?? (url.protocol === 'https:' ? 443 : 80);
}
