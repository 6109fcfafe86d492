import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/**
 * The form of an API key:
 *
 *     `rsk_` ‖ base64url( key id (16) ‖ tenant id (16) ‖ secret (24) ‖ MAC (16) )
 *
 * The ids are the bytes of UUIDs. The MAC is HMAC-SHA256, cut to 16 bytes, under a key of the installation over what
 * stands before it: a key that was made up is told from a real one without a database being opened for it.
 */
const MARK = 'rsk_';
const ID_BYTES = 16;
export const API_KEY_SECRET_BYTES = 24;
const MAC_BYTES = 16;
const BODY_BYTES = 2 * ID_BYTES + API_KEY_SECRET_BYTES;
/** Characters after the mark that are shown, to recognise a key by. */
const SHOWN = 10;

/** What an API key says of itself; nothing of it is true before its MAC was checked. */
export interface ApiKeyClaims {
  readonly keyId: string;
  readonly tenantId: string;
}

/** Makes and checks API keys of one installation. */
export interface ApiKeySeal {
  issue(claims: ApiKeyClaims, secret: Uint8Array): string;
  /** @returns `null` for whatever this installation has not issued */
  check(text: string): ApiKeyClaims | null;
}

/** Whether a credential is an API key by its form. */
export function isApiKey(credential: string | null): credential is string {
  return credential?.startsWith(MARK) ?? false;
}

/** How a key begins, as far as it may be shown. */
export function apiKeyPrefix(text: string): string {
  return text.slice(0, MARK.length + SHOWN);
}

function bytesOf(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function idOf(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** @param key 32 bytes of the installation for this purpose alone */
export function createApiKeySeal(key: Uint8Array): ApiKeySeal {
  // Several times a request: made once, a key costs less each time.
  const secretKey = createSecretKey(key);
  const macOf = (body: Uint8Array) =>
    createHmac('sha256', secretKey).update(body).digest().subarray(0, MAC_BYTES);
  return {
    issue({ keyId, tenantId }, secret) {
      if (secret.length !== API_KEY_SECRET_BYTES)
        throw new RangeError('the secret of an API key has 24 bytes');
      const body = Buffer.concat([bytesOf(keyId), bytesOf(tenantId), secret]);
      return MARK + Buffer.concat([body, macOf(body)]).toString('base64url');
    },
    check(text) {
      if (!isApiKey(text)) return null;
      const encoded = text.slice(MARK.length);
      const bytes = Buffer.from(encoded, 'base64url');
      // Only the one canonical spelling is a key.
      if (bytes.length !== BODY_BYTES + MAC_BYTES || bytes.toString('base64url') !== encoded) return null;
      const body = bytes.subarray(0, BODY_BYTES);
      if (!timingSafeEqual(macOf(body), bytes.subarray(BODY_BYTES))) return null;
      return {
        keyId: idOf(body.subarray(0, ID_BYTES)),
        tenantId: idOf(body.subarray(ID_BYTES, 2 * ID_BYTES)),
      };
    },
  };
}
