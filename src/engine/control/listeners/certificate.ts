import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  ConsoleError,
  type ListenerCertificate,
  type ListenerCertificateChoice,
  type ListenerSettings,
} from '../../../contract';
import type { SsoListener } from '../../ports';

/** A certificate chain with its key, both in PEM. */
export interface CertificatePair {
  readonly kind: ListenerCertificate['kind'];
  readonly certificate: string;
  readonly key: string;
}

/** What a person is shown of a certificate. */
export function describeCertificate({
  kind,
  certificate,
}: Omit<CertificatePair, 'key'>): ListenerCertificate {
  const leaf = new X509Certificate(certificate);
  return {
    kind,
    fingerprint: leaf.fingerprint256,
    pem: leaf.toString(),
    validFrom: Date.parse(leaf.validFrom),
    validTo: Date.parse(leaf.validTo),
  };
}

/**
 * Sees that a certificate can be used before it is.
 * @param name the name under which the listener is reached
 * @param now milliseconds since 1970
 * @throws ConsoleError BAD_INPUT naming what is wrong
 */
function requireUsable({ certificate, key }: Omit<CertificatePair, 'kind'>, name: string, now: number): void {
  const leaf = readCertificate(certificate);
  const secret = readKey(key);
  if (!leaf.checkPrivateKey(secret)) refuse('key', 'is not the key of this certificate');
  const isFor = /^[\d.]+$/.test(name) ? leaf.checkIP(name) : leaf.checkHost(name);
  if (isFor === undefined) refuse('chain', `is not for ${name}`);
  if (Date.parse(leaf.validTo) <= now) refuse('chain', 'has expired');
}

interface Present {
  /** The certificate that there is. */
  readonly present: CertificatePair | null;
  readonly settings: Pick<ListenerSettings, 'name'>;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly makeCertificate: SsoListener['makeCertificate'];
}

/** A certificate that the console makes for a listener's name. */
export async function makePair({
  settings,
  now,
  makeCertificate,
}: Omit<Present, 'present'>): Promise<CertificatePair> {
  return { kind: 'internal', ...(await makeCertificate([settings.name], now)) };
}

/**
 * The certificate that was chosen: one that the console makes, the administrator's own, or the one that there is.
 * @throws ConsoleError BAD_INPUT naming what is wrong with it
 */
export async function choosePair(
  choice: ListenerCertificateChoice,
  { present, settings, now, makeCertificate }: Present,
): Promise<CertificatePair | null> {
  if (choice.kind === 'internal') return makePair({ settings, now, makeCertificate });
  const pair: CertificatePair | null =
    choice.kind === 'kept' ? present : { kind: 'own', certificate: choice.chain, key: choice.key };
  if (pair) requireUsable(pair, settings.name, now);
  return pair;
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    return refuse('chain', 'holds no certificate in PEM that can be read');
  }
}

function readKey(pem: string) {
  try {
    return createPrivateKey(pem);
  } catch {
    return refuse('key', 'is not a private key in PEM without a password');
  }
}

function refuse(field: 'chain' | 'key', problem: string): never {
  throw new ConsoleError('BAD_INPUT', { fields: [{ path: `certificate.${field}`, problem }] });
}
