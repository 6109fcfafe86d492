import { createSign, generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { SamlKey } from '../../engine/ports';

const KEY_BITS = 3072;
const YEARS_MS = 10 * 365.25 * 86_400_000;
const DAY_MS = 86_400_000;
/** sha256WithRSAEncryption (RFC 4055 5). */
const RSA_SHA256 = sequence(Buffer.from('06092a864886f70d01010b', 'hex'), Buffer.from('0500', 'hex'));
/** id-at-commonName (RFC 5280 4.1.2.4). */
const COMMON_NAME = Buffer.from('0603550403', 'hex');

/** One value in DER (ITU-T X.690 8.1). */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 128) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

/** RFC 5280 4.1.2.5: two digits of the year before 2050, four since. */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '');
  return Number(digits.slice(0, 4)) < 2050
    ? der(0x17, Buffer.from(digits.slice(2)))
    : der(0x18, Buffer.from(digits));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/**
 * Makes an RSA key with a certificate that it signs itself (RFC 5280), valid for ten years. Providers take it as a
 * wrapping of the key and nothing more.
 */
export async function createSamlKey(name: string, now: number): Promise<SamlKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: KEY_BITS });
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const holder = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    RSA_SHA256,
    holder,
    sequence(time(now - DAY_MS), time(now + YEARS_MS)),
    holder,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = createSign('sha256').update(body).sign(privateKey);
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: pem(sequence(body, RSA_SHA256, der(0x03, Buffer.from([0]), signature))),
  };
}
