import { Secret, TOTP } from 'otpauth';
import type { RandomSource } from '../../ports';

const SECRET_BYTES = 20;
/** What authenticator apps agree on: RFC 6238 with HMAC-SHA1, six digits, thirty seconds. */
const FORM = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** Steps before and after the present one that count: a phone's clock may be off by half a minute. */
const WINDOW = 1;

/** A new secret in base32 (RFC 4226 asks for 160 bits). */
export function newTotpSecret(random: RandomSource): string {
  const bytes = random.bytes(SECRET_BYTES);
  return new Secret({ buffer: Uint8Array.from(bytes).buffer }).base32;
}

/** The `otpauth://` URI of a secret for a QR code (Key Uri Format of Google Authenticator). */
export function totpUri(secret: string, issuer: string, label: string): string {
  return new TOTP({ ...FORM, secret: Secret.fromBase32(secret), issuer, label }).toString();
}

/**
 * Checks a code (RFC 6238).
 * @param now milliseconds since 1970
 * @returns the time step it belongs to, or `null` when it is not good; whoever accepts it must refuse this step and
 *   those before it from then on, or a code that was overheard opens once more
 */
export function totpStep(secret: string, code: string, now: number): number | null {
  const totp = new TOTP({ ...FORM, secret: Secret.fromBase32(secret) });
  const delta = totp.validate({ token: code, timestamp: now, window: WINDOW });
  return delta === null ? null : TOTP.counter({ period: FORM.period, timestamp: now }) + delta;
}
