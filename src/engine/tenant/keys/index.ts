import type { AuditDoer, AuditDraft } from '../../mechanism/chain';
import { FieldCipher, SealError, type WrappedKey } from '../../mechanism/fieldCipher';
import type { Store } from '../../mechanism/store';
import type { Clock, EncryptedDatabase, RandomSource, Rekeying, Statement } from '../../ports';

export { createFieldKeys } from './fieldKeys';
export { createFileKeys, openVault } from './fileKeys';
export { createResidency } from './residency';

/** What control does with the keys of a tenant that is open. It never hands the field keys out. */
export interface RuntimeKeys {
  /** Wraps the field keys under the next key too and leaves the intent in the tenant's chain. */
  prepare(nextKey: Uint8Array, doer: AuditDoer): Promise<void>;
  /** Begins to change the key of the database. @param file absolute path of the copy */
  rekey(file: string, nextKey: Uint8Array): Rekeying;
  /** After the switch: keeps the field keys under the new key alone. */
  settle(key: Uint8Array, doer: AuditDoer, pauseMs: number): Promise<void>;
  /** Leaves an event of control's about the tenant's keys in its chain. */
  note(event: AuditDraft): Promise<void>;
  /** Takes back what `prepare` did. */
  drop(doer: AuditDoer, reason: 'cancelled' | 'failed'): Promise<void>;
}

interface KeysOptions {
  readonly store: Store;
  readonly cipher: FieldCipher;
  readonly database: EncryptedDatabase;
  readonly clock: Clock;
  readonly tenantId: string;
}

const SETTLE: Statement = {
  sql: 'UPDATE field_keys SET wrapped = wrapped_next, wrapped_next = NULL WHERE wrapped_next IS NOT NULL',
  params: [],
};

/** What must be the same in the copy of a database as in the database. */
export const KEY_CHANGE_PROBES: readonly string[] = [
  'SELECT sequence, hash FROM audit_events ORDER BY sequence DESC LIMIT 1',
  'PRAGMA user_version',
  'PRAGMA application_id',
];

export function createRuntimeKeys({ store, cipher, database, clock, tenantId }: KeysOptions): RuntimeKeys {
  const event = (doer: AuditDoer) => ({
    at: clock.now(),
    event: 'tenant-key.rotated',
    ...doer,
    target: tenantId,
    detail: {},
  });
  return {
    async prepare(nextKey, doer) {
      const wrapped = cipher.wrappedUnder(nextKey);
      await store.write({
        statements: [
          ...wrapped.map(({ version, wrapped: next }) => ({
            sql: 'UPDATE field_keys SET wrapped_next = ? WHERE version = ?',
            params: [next, version],
            expect: 1,
          })),
          {
            // A version that was added in the same moment would be left behind.
            sql: 'UPDATE field_keys SET created_at = created_at WHERE (SELECT count(*) FROM field_keys WHERE wrapped_next IS NULL) = 0',
            params: [],
            expect: wrapped.length,
          },
        ],
        events: [{ ...event(doer), outcome: 'intent' }],
      });
    },
    rekey: (file, nextKey) => database.rekey(file, nextKey),
    async settle(key, doer, pauseMs) {
      cipher.rewrap(key);
      await store.write({
        statements: [SETTLE],
        events: [{ ...event(doer), outcome: 'done', detail: { pauseMs: Math.round(pauseMs) } }],
      });
    },
    async note(noted) {
      await store.write({ events: [noted] });
    },
    async drop(doer, reason) {
      await store.write({
        statements: [{ sql: 'UPDATE field_keys SET wrapped_next = NULL', params: [] }],
        events: [{ ...event(doer), outcome: 'failed', detail: { reason } }],
      });
    },
  };
}

/**
 * Opens the field keys of a tenant. After a rotation that was interrupted behind its switch they open under the key
 * that was the next one then; that is made lasting here.
 * @throws SealError `tampered` when they are wrapped under neither
 */
export async function loadFieldCipher(
  store: Store,
  tenantKey: Uint8Array,
  clock: Clock,
  random: RandomSource,
): Promise<FieldCipher> {
  const rows = await store.read('SELECT version, wrapped, wrapped_next FROM field_keys ORDER BY version');
  const under = (column: 'wrapped' | 'wrapped_next'): WrappedKey[] =>
    rows.flatMap((row) =>
      row[column] === null ? [] : [{ version: Number(row.version), wrapped: String(row[column]) }],
    );
  try {
    return FieldCipher.load(tenantKey, under('wrapped'), random);
  } catch (problem) {
    const next = under('wrapped_next');
    if (!(problem instanceof SealError) || next.length !== rows.length) throw problem;
    const cipher = FieldCipher.load(tenantKey, next, random);
    const event = 'tenant-key.rotated';
    await store.write({
      statements: [SETTLE],
      events: [
        { at: clock.now(), event, actor: 'system:journal', target: null, outcome: 'done', detail: {} },
      ],
    });
    return cipher;
  } finally {
    tenantKey.fill(0);
  }
}
