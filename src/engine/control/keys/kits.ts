import type { installationContract, RecoveryKit } from '../../../contract';
import { ConsoleError } from '../../../contract';
import type { Call, Handlers } from '../../door';
import { type KitLabel, makeKit, NIL_SUBJECT, openKit } from '../../mechanism/recoveryKit';
import { bulkInsert } from '../../mechanism/store';
import type { SqlRow } from '../../ports';
import type { ControlContext } from '../context';
import { fingerprintOf, readTenantKey, requireConsent, type TenantRecord, type Tenants } from '../tenants';
import { opens } from './rotate';

const INSERT = bulkInsert('recovery_kits', [
  'id',
  'subject',
  'key_mark',
  'threshold',
  'shares',
  'made_at',
  'made_by',
  'rehearsed_at',
]);

const KIT_ID_BYTES = 8;
const MARK_DIGITS = 16;

type KeyHandlers = Handlers<(typeof installationContract)['keys']>;

/** Recovery kits: keys on paper. What is kept here is that they were made, for whom, and when they were last proven. */
export interface Kits {
  /** The newest kit of each subject. */
  newest(): Promise<ReadonlyMap<string, RecoveryKit>>;
  readonly handlers: Pick<KeyHandlers, 'makeKit' | 'rehearse' | 'restoreTenantKey'>;
}

/** How a kit says for which key it is. */
export function keyMarkOf(key: Uint8Array): string {
  return fingerprintOf(key).slice(0, MARK_DIGITS);
}

export function createKits(context: ControlContext, tenants: Tenants): Kits {
  const { records, pool } = tenants;
  const { store, ports } = context;
  const { keystore } = ports;

  function recordOf(subject: string): TenantRecord | null {
    return subject === NIL_SUBJECT ? null : records.find(subject);
  }

  /** The mark of the key that is in use; `null` for a tenant that is gone. */
  function markInUse(subject: string): string | null {
    if (subject === NIL_SUBJECT) return context.keyMark;
    return recordOf(subject)?.keyFingerprint?.slice(0, MARK_DIGITS) ?? null;
  }

  function show(row: SqlRow): RecoveryKit {
    return {
      id: String(row.id),
      threshold: Number(row.threshold),
      shares: Number(row.shares),
      madeAt: Number(row.made_at),
      rehearsedAt: row.rehearsed_at === null ? null : Number(row.rehearsed_at),
      current: markInUse(String(row.subject)) === row.key_mark,
    };
  }

  /** Leaves the event in the tenant's own chain too, where it is a tenant's kit. */
  async function tellTenant(
    subject: string,
    call: Call,
    detail: Record<string, string | number>,
  ): Promise<void> {
    const record = recordOf(subject);
    if (!record) return;
    await pool.use(record, ({ keys }) => keys.note(call.event({ target: subject, detail })));
  }

  return {
    async newest() {
      const rows = await store.read('SELECT * FROM recovery_kits ORDER BY made_at, id');
      const kits = new Map<string, RecoveryKit>();
      for (const row of rows) kits.set(String(row.subject), show(row));
      return kits;
    },

    handlers: {
      async makeKit({ tenantId, threshold, shares }, call) {
        const subject = tenantId ?? NIL_SUBJECT;
        if (tenantId !== null) await requireConsent(tenants, records.require(tenantId), 'recovery-kit', call);
        const key =
          tenantId === null
            ? await keystore.readKey({ kind: 'installation' })
            : await readTenantKey(keystore, records.require(tenantId));
        const label: KitLabel = {
          kind: tenantId === null ? 'installation' : 'tenant',
          subject,
          kitId: Buffer.from(ports.random.bytes(KIT_ID_BYTES)).toString('hex'),
          keyMark: keyMarkOf(key),
          threshold,
          shares,
        };
        const sheets = await makeKit(key, label).finally(() => key.fill(0));
        const madeAt = ports.clock.now();
        const event = call.event({
          target: tenantId ?? 'installation',
          detail: { kit: label.kitId, threshold, shares },
        });
        await tellTenant(subject, call, { kit: label.kitId, threshold, shares });
        const row = [label.kitId, subject, label.keyMark, threshold, shares, madeAt, event.actor, null];
        await store.write({ rows: [{ into: INSERT, rows: [row] }], events: [event] });
        const kit = { id: label.kitId, threshold, shares, madeAt, rehearsedAt: null, current: true };
        return { kit, keyMark: label.keyMark, sheets };
      },

      async rehearse({ sheets }, call) {
        const { key, label } = await openKit(sheets).catch(async (problem: unknown) => {
          await store.write({ events: [call.event({ outcome: 'failed' })] });
          throw problem;
        });
        key.fill(0);
        const current = markInUse(label.subject) === label.keyMark;
        await store.write({
          statements: [
            {
              sql: 'UPDATE recovery_kits SET rehearsed_at = ? WHERE id = ?',
              params: [ports.clock.now(), label.kitId],
            },
          ],
          events: [call.event({ target: label.subject, detail: { kit: label.kitId, current } })],
        });
        return { kitId: label.kitId, kind: label.kind, name: recordOf(label.subject)?.name ?? null, current };
      },

      async restoreTenantKey({ sheets }, call) {
        const { key, label } = await openKit(sheets);
        try {
          const record = requireTenant(label, recordOf(label.subject));
          const detail = { kit: label.kitId };
          await store.write({ events: [call.event({ target: record.id, outcome: 'intent', detail })] });
          await requireRightKey(context, record, key);
          await keystore.restoreKey({ kind: 'tenant', tenantId: record.id }, key);
          pool.forgetFailure(record.id);
          await store.write({ events: [call.event({ target: record.id, detail })] });
          return { id: record.id };
        } finally {
          key.fill(0);
        }
      },
    },
  };
}

function requireTenant({ kind }: KitLabel, record: TenantRecord | null): TenantRecord {
  if (kind === 'installation') {
    throw new ConsoleError('KIT_REFUSED', {
      reason: 'This is the kit of the installation; it is entered while the installation is sealed.',
    });
  }
  if (!record) {
    throw new ConsoleError('KIT_REFUSED', { reason: 'This installation has no tenant of this kit.' });
  }
  return record;
}

/** No key is kept for a database that it does not open. */
async function requireRightKey(
  context: ControlContext,
  record: TenantRecord,
  key: Uint8Array,
): Promise<void> {
  if (record.keyFingerprint !== fingerprintOf(key)) {
    throw new ConsoleError('KIT_REFUSED', {
      reason: 'The kit is of another key than the one in use: the key was rotated after the kit was made.',
    });
  }
  if (await opens(context, record.id, key)) return;
  throw new ConsoleError('KIT_REFUSED', {
    reason: 'The key of the kit does not open the database of the tenant.',
  });
}
