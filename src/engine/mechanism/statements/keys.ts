import type { StatementKey } from '../../../contract';
import type { Clock, Keystore } from '../../ports';
import { type AuditDraft, keyIdOf } from '../chain';
import type { Store } from '../store';
import { createStatementSigner, type StatementSigner, statementKey } from './signed';

/** The key that signs statements, and those that signed before: their public halves verify what they signed. */
export interface StatementKeys {
  signer(): StatementSigner;
  list(): readonly StatementKey[];
  /** Makes the next version; the public halves of the earlier ones are kept. */
  rotate(event: (version: number) => AuditDraft): Promise<readonly StatementKey[]>;
}

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly keystore: Keystore;
}

/** @param installationKey 32 bytes; not kept */
export async function openStatementKeys(
  { store, clock, keystore }: Parts,
  installationKey: Uint8Array,
): Promise<StatementKeys> {
  const rows = await store.read('SELECT version, since, until FROM statement_keys ORDER BY version');
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
    rows.push({ version: 1, since: at, until: null });
  }
  let keys: StatementKey[] = rows.map(({ version, since, until }) => ({
    ...publicPartsOf(installationKey, Number(version)),
    since: Number(since),
    until: until === null ? null : Number(until),
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
        keys = [...before, { ...publicPartsOf(key, version), since, until: null }];
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

function publicPartsOf(installationKey: Uint8Array, version: number) {
  const { publicKey } = statementKey(installationKey, version);
  return { version, keyId: keyIdOf(publicKey), publicKey };
}
