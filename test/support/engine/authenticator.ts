import { Secret, TOTP } from 'otpauth';
import type { Clock } from '../../../src/engine/ports';

/** An authenticator app, set up with the secret that the console shows. */
export function createAuthenticator(secret: string, clock: Clock) {
  const totp = new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 });
  return {
    /** @param later steps of thirty seconds from now */
    code: (later = 0) => totp.generate({ timestamp: clock.now() + later * 30_000 }),
  };
}
