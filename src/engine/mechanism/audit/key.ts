import { hkdfSync } from 'node:crypto';
import { type AuditKeyLink, ConsoleError, type PublicSigningKey } from '../../../contract';
import type { SqlRow, Statement } from '../../ports';
import { keyIdOf, linkKeys } from '../chain';
import type { Store } from '../store';
import { type SigningKey, signingKeyFromSeed } from '../tokens';

/**
 * The installation's Ed25519 key for audit checkpoints, out of its key in the keychain (HKDF-SHA256, RFC 5869).
 * @param installationKey 32 bytes; not kept
 * @param version counted from 1; a rotation takes the next
 */
export function auditSigningKey(installationKey: Uint8Array, version: number): SigningKey {
  const purpose = `riscura/installation/audit-signing/v${version}`;
  const seed = Buffer.from(hkdfSync('sha256', installationKey, new Uint8Array(), purpose, 32));
  const key = signingKeyFromSeed(seed);
  seed.fill(0);
  return key;
}

/** The key that signs checkpoints, and those that did. */
export interface AuditKeys {
  readonly signing: SigningKey;
  /** How the keys before it lead to it. */
  readonly links: readonly AuditKeyLink[];
  /** Oldest first. */
  readonly list: readonly PublicSigningKey[];
}

/**
 * Reads which key signs checkpoints; begins with the first version where there is none.
 * @param installationKey 32 bytes; not kept
 * @throws ConsoleError INSTALLATION_TAMPERED when the newest is not one of this key
 */
export async function openAuditKeys(
  store: Store,
  installationKey: Uint8Array,
  now: number,
): Promise<AuditKeys> {
  let rows = await readKeys(store.read.bind(store));
  if (rows.length === 0) {
    const { publicKey } = auditSigningKey(installationKey, 1);
    await store.write({ statements: [insertion(1, publicKey, now, null)], events: [], housekeeping: true });
    rows = await readKeys(store.read.bind(store));
  }
  return { ...auditKeysFrom(rows, installationKey), list: rows.map(shown) };
}

/**
 * The same out of rows that were read already: for a verifier that opens a catalogue only to read.
 * @throws ConsoleError INSTALLATION_TAMPERED
 */
export function auditKeysFrom(
  rows: readonly SqlRow[],
  installationKey: Uint8Array,
): Pick<AuditKeys, 'signing' | 'links'> {
  const newest = rows.at(-1);
  const signing = auditSigningKey(installationKey, newest ? Number(newest.version) : 1);
  if (newest && newest.public_key !== signing.publicKey) {
    throw new ConsoleError('INSTALLATION_TAMPERED', {
      reason: 'The key for audit checkpoints is not the one of this installation.',
    });
  }
  return { signing, links: rows.flatMap((row, index) => linkFrom(row, rows[index - 1])) };
}

/** What makes the next key for checkpoints, which the present one vouches for. */
export function auditKeyRotation(
  rows: readonly SqlRow[],
  present: Uint8Array,
  next: Uint8Array,
  now: number,
): Statement {
  const version = Number(rows.at(-1)?.version ?? 0) + 1;
  const following = auditSigningKey(next, version);
  const link = linkKeys(auditSigningKey(present, version - 1), following, now);
  return insertion(version, following.publicKey, now, link);
}

/** The rows of the keys for checkpoints, oldest first. */
export function readKeys(read: Store['read']): Promise<SqlRow[]> {
  return read('SELECT * FROM audit_keys ORDER BY version');
}

function insertion(version: number, publicKey: string, since: number, link: AuditKeyLink | null): Statement {
  return {
    sql: 'INSERT INTO audit_keys (version, public_key, since, by_previous, by_next) VALUES (?, ?, ?, ?, ?)',
    params: [version, publicKey, since, link?.byPrevious ?? null, link?.byNext ?? null],
  };
}

function linkFrom(row: SqlRow, before: SqlRow | undefined): AuditKeyLink[] {
  if (!before || row.by_previous === null || row.by_next === null) return [];
  return [
    {
      previous: String(before.public_key),
      next: String(row.public_key),
      at: Number(row.since),
      byPrevious: String(row.by_previous),
      byNext: String(row.by_next),
    },
  ];
}

function shown(row: SqlRow, index: number, rows: readonly SqlRow[]): PublicSigningKey {
  const next = rows[index + 1];
  const publicKey = String(row.public_key);
  return {
    version: Number(row.version),
    keyId: keyIdOf(publicKey),
    publicKey,
    since: Number(row.since),
    until: next ? Number(next.since) : null,
  };
}
