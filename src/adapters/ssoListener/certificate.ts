import './reflectMetadata';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** What browsers accept at most (CA/Browser Forum BR 6.3.2). */
const VALID_DAYS = 397;
const SERIAL_BYTES = 16;

/**
 * A certificate that is signed by itself, with its key (ECDSA P-256), both in PEM.
 * @param names host names and addresses that it is for
 * @param now milliseconds since 1970
 */
export async function makeCertificate(
  names: readonly string[],
  now: number,
): Promise<{ certificate: string; key: string }> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [names[0] ?? 'localhost'] }],
    serialNumber: serialNumber(),
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + (VALID_DAYS - 1) * DAY_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      // No authority: whoever trusts it trusts this listener and nothing that it could sign.
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isAddress(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
    ],
  });
  return { certificate: made.toString('pem'), key: await pemOf(keys.privateKey) };
}

/** Positive, as RFC 5280 4.1.2.2 wants it. */
function serialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SERIAL_BYTES));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

function isAddress(name: string): boolean {
  return /^[\d.]+$|:/.test(name);
}

async function pemOf(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${der.match(/.{1,64}/g)?.join('\n')}\n-----END PRIVATE KEY-----\n`;
}
