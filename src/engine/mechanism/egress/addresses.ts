/** What an IP address is, as far as the rules care. */
export type AddressKind =
  | 'loopback'
  /** RFC 1918, RFC 4193 and shared address space (RFC 6598). */
  | 'private'
  | 'public'
  /** Link-local, among it the metadata services of clouds. */
  | 'link-local'
  /** Metadata services at other addresses. */
  | 'metadata'
  | 'unspecified'
  | 'multicast'
  /** IPv6 that carries an IPv4 address in it. */
  | 'embedded'
  | 'reserved';

/** Addresses of metadata services that are not link-local: AWS over IPv6, Alibaba, Azure, Oracle. */
const METADATA: ReadonlySet<string> = new Set([
  'fd00:ec2:0:0:0:0:0:254',
  'fd00:ec2:0:0:0:0:0:23',
  'fd20:ce:0:0:0:0:0:254',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
]);

/**
 * Says what an IP address is. Only plain notation counts: four decimal numbers, or IPv6 in hexadecimal.
 * @param text without brackets
 * @returns `null` when it is no IP address in plain notation
 */
export function kindOfAddress(text: string): AddressKind | null {
  const four = parseFour(text);
  if (four) return kindOfFour(four, text);
  const groups = parseSix(text);
  return groups ? kindOfSix(groups) : null;
}

function parseFour(text: string): readonly [number, number, number, number] | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return null;
  const bytes = match.slice(1).map(Number);
  if (match.slice(1).some((part) => part.length > 1 && part.startsWith('0'))) return null;
  const [a, b, c, d] = bytes;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
  return bytes.every((byte) => byte <= 255) ? [a, b, c, d] : null;
}

function kindOfFour([a, b, c]: readonly [number, number, number, number], text: string): AddressKind {
  if (METADATA.has(text)) return 'metadata';
  if (a === 127) return 'loopback';
  if (a === 0) return 'unspecified';
  if (a === 169 && b === 254) return 'link-local';
  if (a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168)) return 'private';
  if (a === 100 && b >= 64 && b <= 127) return 'private';
  if (a >= 224 && a <= 239) return 'multicast';
  if (a >= 240 || (a === 192 && b === 0 && c === 0) || (a === 198 && (b === 18 || b === 19)))
    return 'reserved';
  return 'public';
}

function parseSix(text: string): readonly number[] | null {
  if (!/^[0-9a-f:.]+$/i.test(text) || !text.includes(':')) return null;
  const halves = withoutDots(text)?.split('::');
  if (!halves || halves.length > 2) return null;
  const [left, right] = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (!left) return null;
  const groups =
    right === undefined
      ? left
      : [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
  if (groups.length !== 8 || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.map((group) => Number.parseInt(group, 16));
}

/** Writes a dotted IPv4 at the end of an IPv6 address as two groups. */
function withoutDots(text: string): string | null {
  if (!text.includes('.')) return text;
  const at = text.lastIndexOf(':') + 1;
  const four = parseFour(text.slice(at));
  if (!four) return null;
  const [a, b, c, d] = four;
  return `${text.slice(0, at)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function kindOfSix(groups: readonly number[]): AddressKind {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groups;
  if (METADATA.has(groups.map((group) => group.toString(16)).join(':'))) return 'metadata';
  const leading = a | b | c | d | e;
  if ((leading | f | g) === 0 && h === 1) return 'loopback';
  if ((leading | f | g | h) === 0) return 'unspecified';
  // Mapped (::ffff:0:0/96), compatible (::/96), translated (64:ff9b::/96, 64:ff9b:1::/48), 6to4 and Teredo.
  if (leading === 0 && (f === 0xffff || f === 0)) return 'embedded';
  if ((a | b | c | d) === 0 && e === 0xffff) return 'embedded';
  if ((a === 0x64 && b === 0xff9b) || a === 0x2002 || (a === 0x2001 && b === 0)) return 'embedded';
  if ((a & 0xffc0) === 0xfe80) return 'link-local';
  if ((a & 0xfe00) === 0xfc00) return 'private';
  if ((a & 0xff00) === 0xff00) return 'multicast';
  return (a & 0xe000) === 0x2000 ? 'public' : 'reserved';
}
