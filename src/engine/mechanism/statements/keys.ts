import type { PublicSigningKey } from '../../../contract';
import type { Clock, Keystore, SqlRow, Statement } from '../../ports';
import { type AuditDraft, keyIdOf } from '../chain';
import type { RowSeal } from '../rowSeal';
import type { Store } from '../store';
import { createStatementSigner, type StatementSigner, statementKey } from './signed';

/** The key that signs statements, and those that signed before: their public halves verify what they signed. */
export interface StatementKeys {
  signer(): StatementSigner;
  list(): readonly PublicSigningKey[];
  /** Makes the next version; the public halves of the earlier ones are kept. */
  rotate(event: (version: number) => AuditDraft): Promise<readonly PublicSigningKey[]>;
}

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly keystore: Keystore;
  /** Seals the public halves of those that came from an earlier key of the installation. */
  readonly seal: RowSeal;
}

/** @param installationKey 32 bytes; not kept */
export async function openStatementKeys(
  { store, clock, keystore, seal }: Parts,
  installationKey: Uint8Array,
): Promise<StatementKeys> {
  const rows = await store.read('SELECT * FROM statement_keys ORDER BY version');
  if (rows.length === 0) {
    const at = clock.now();
    await store.write({
      statements: [insertion(1, at)],
      events: [
        {
          at,
          event: 'statement-key.made',
          actor: 'system:installation',
          target: null,
          outcome: 'done',
          detail: { version: 1 },
        },
      ],
    });
    rows.push({ version: 1, since: at, until: null, public_key: null });
  }
  let keys: PublicSigningKey[] = rows.map((row) => ({
    ...publicPartsOf(seal, installationKey, row),
    since: Number(row.since),
    until: row.until === null ? null : Number(row.until),
  }));
  let signer = createStatementSigner(statementKey(installationKey, keys.length));

  return {
    signer: () => signer,
    list: () => keys,
    async rotate(event) {
      const key = await keystore.readKey({ kind: 'installation' });
      try {
        const version = keys.length + 1;
        const since = clock.now();
        await store.write({
          statements: [
            {
              sql: 'UPDATE statement_keys SET until = ? WHERE version = ?',
              params: [since, version - 1],
              expect: 1,
            },
            insertion(version, since),
          ],
          events: [event(version)],
        });
        signer = createStatementSigner(statementKey(key, version));
        const before = keys.map((one) => (one.until === null ? { ...one, until: since } : one));
        keys = [...before, { ...madeFrom(key, version), since, until: null }];
        return keys;
      } finally {
        key.fill(0);
      }
    },
  };
}

function insertion(version: number, since: number) {
  return { sql: 'INSERT INTO statement_keys (version, since) VALUES (?, ?)', params: [version, since] };
}

/** Out of the key of the installation, or as it was kept when that was rotated. */
function publicPartsOf(seal: RowSeal, installationKey: Uint8Array, row: SqlRow) {
  if (row.public_key === null) return madeFrom(installationKey, Number(row.version));
  const publicKey = String(seal.require(row).public_key);
  return { version: Number(row.version), keyId: keyIdOf(publicKey), publicKey };
}

function madeFrom(installationKey: Uint8Array, version: number) {
  const { publicKey } = statementKey(installationKey, version);
  return { version, keyId: keyIdOf(publicKey), publicKey };
}

/**
 * What keeps the public halves of the keys for statements when the key of the installation is rotated, and makes the
 * next one of the new key.
 */
export function statementKeyRotation(
  rows: readonly SqlRow[],
  present: { readonly key: Uint8Array; readonly seal: RowSeal },
  next: { readonly seal: RowSeal },
  now: number,
): Statement[] {
  const kept = rows.map((row) => {
    const { version, publicKey } = publicPartsOf(present.seal, present.key, row);
    return {
      sql: 'UPDATE statement_keys SET public_key = ?, mac = ?, until = ifnull(until, ?) WHERE version = ?',
      params: [publicKey, next.seal.of({ version, public_key: publicKey }), now, version],
      expect: 1,
    };
  });
  return [...kept, insertion(Number(rows.at(-1)?.version ?? 0) + 1, now)];
}
