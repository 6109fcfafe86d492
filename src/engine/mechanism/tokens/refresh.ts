import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { RandomSource } from '../../ports';

/**
 * The form of a refresh secret:
 *
 *     `rsr_` ‖ base64url( session id (16) ‖ owner (16) ‖ secret (24) ‖ MAC (16) )
 *
 * The ids are the bytes of UUIDs; the owner is the tenant, and all zeros for the installation. The MAC is HMAC-SHA256,
 * cut to 16 bytes, over all that stands before it with the mark: a secret that was made up opens no database.
 */
const MARK = 'rsr_';
const ID_BYTES = 16;
const SECRET_BYTES = 24;
const MAC_BYTES = 16;
const BODY_BYTES = 2 * ID_BYTES + SECRET_BYTES;
const PURPOSE = 'riscura/refresh-secrets/v1';
const NOBODY = '00000000-0000-0000-0000-000000000000';
const INSTALLATION = 'installation';
const SEPARATOR = ' ';

/** What a refresh secret says of itself; nothing of it is true before its MAC was checked. */
export interface RefreshClaims {
  readonly sessionId: string;
  /** The tenant's id, or `installation`. */
  readonly tid: string;
}

/** Makes and checks the refresh secrets of one installation. */
export interface RefreshSeal {
  issue(claims: RefreshClaims, random: RandomSource): string;
  /** @returns `null` for whatever this installation has not issued */
  check(text: string): RefreshClaims | null;
}

function bytesOf(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function idOf(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

interface Parts {
  readonly body: Uint8Array;
  readonly mac: Uint8Array;
  readonly claims: RefreshClaims;
}

/** Takes a secret apart and checks nothing but its form. */
function partsOf(text: string): Parts | null {
  if (!text.startsWith(MARK)) return null;
  const encoded = text.slice(MARK.length);
  const bytes = Buffer.from(encoded, 'base64url');
  // Only the one canonical spelling is a secret.
  if (bytes.length !== BODY_BYTES + MAC_BYTES || bytes.toString('base64url') !== encoded) return null;
  const body = bytes.subarray(0, BODY_BYTES);
  const owner = idOf(body.subarray(ID_BYTES, 2 * ID_BYTES));
  return {
    body,
    mac: bytes.subarray(BODY_BYTES),
    claims: { sessionId: idOf(body.subarray(0, ID_BYTES)), tid: owner === NOBODY ? INSTALLATION : owner },
  };
}

/** @param root 32 bytes of the installation, out of which a key for this purpose alone is derived (RFC 5869) */
export function createRefreshSeal(root: Uint8Array): RefreshSeal {
  const key = Buffer.from(hkdfSync('sha256', root, new Uint8Array(), PURPOSE, 32));
  const macOf = (body: Uint8Array) =>
    createHmac('sha256', key).update(MARK).update(body).digest().subarray(0, MAC_BYTES);
  return {
    issue({ sessionId, tid }, random) {
      const owner = bytesOf(tid === INSTALLATION ? NOBODY : tid);
      const body = Buffer.concat([bytesOf(sessionId), owner, random.bytes(SECRET_BYTES)]);
      if (body.length !== BODY_BYTES) throw new RangeError('a session and a tenant are named by UUIDs');
      return MARK + Buffer.concat([body, macOf(body)]).toString('base64url');
    },
    check(text) {
      const parts = partsOf(text);
      return parts && timingSafeEqual(macOf(parts.body), parts.mac) ? parts.claims : null;
    },
  };
}

/** The tenant (or `installation`) that a refresh secret says it is of, unchecked; `null` for what has not its form. */
export function claimedRefreshOwner(text: string): string | null {
  return partsOf(text)?.claims.tid ?? null;
}

/** What is kept of a refresh secret: it has 192 random bits, so that a plain SHA-256 cannot be turned back. */
export function refreshHash(refresh: string): string {
  return createHash('sha256').update(refresh).digest('hex');
}

/** What a transport keeps for its next calls: the access token, and the secret that renews it. */
export function joinCredential(access: string, refresh: string): string {
  return access + SEPARATOR + refresh;
}

/** Takes a kept credential apart. An API key has nothing that renews it. */
export function splitCredential(credential: string): { access: string; refresh: string | null } {
  const [access = '', refresh = null] = credential.split(SEPARATOR, 2);
  return { access, refresh };
}
