import {
  ConsoleError,
  type installationContract,
  SignedStatement,
  type TenantKeyState,
} from '../../../contract';
import type { Handlers } from '../../door';
import type { AuditDoer } from '../../mechanism/chain';
import { NIL_SUBJECT } from '../../mechanism/recoveryKit';
import { tokenKeyHandlers } from '../../mechanism/tokens';
import type { ControlContext } from '../context';
import { readOperatorNames } from '../operators';
import { requireConsent, type TenantRecord, type Tenants } from '../tenants';
import { BEGIN_ROTATION } from './installationKey';
import { createKits } from './kits';
import { type KeyPolicies, openKeyPolicy } from './policy';
import { beginRotation, endInterrupted, type RotateServices, type RunningRotation } from './rotate';

export {
  carriedKey,
  purposeKey,
  rotateCheckpointKey,
  rotateInstallationKey,
  settleInstallationKey,
  WITNESS,
} from './installationKey';
export { keyMarkOf } from './kits';
export { rotationSteps } from './rotate';

const DAY_MS = 24 * 3_600_000;
/** How often it is looked for keys that are due. */
const LOOK_MS = 3_600_000;

export interface Keys {
  readonly handlers: Handlers<(typeof installationContract)['keys']>;
  close(): Promise<void>;
}

/** Opens the work on keys, after the rotations that a kill interrupted were ended. */
export async function openKeys(context: ControlContext, tenants: Tenants): Promise<Keys> {
  const { records, journal, progress, pool } = tenants;
  const { ports } = context;
  const services: RotateServices = { context, records, journal, progress, pool };
  const policy = await openKeyPolicy(context);
  const kits = createKits(context, tenants);
  const running = new Map<string, RunningRotation>();
  let looking: Promise<void> | null = null;

  for (const unfinished of await journal.unfinished()) {
    if (unfinished.operation !== 'rotate-key') continue;
    const { tenantId } = unfinished;
    try {
      await endInterrupted(services, unfinished);
    } catch (problem) {
      // It stands as it is, for itself; the others go on, and the next start tries again.
      ports.log.error('an interrupted rotation could not be ended', problem, { tenant: tenantId });
    }
  }

  async function rotate(id: string, doer: AuditDoer): Promise<RunningRotation> {
    const rotation = await beginRotation(services, id, doer);
    running.set(id, rotation);
    void rotation.ended.then(() => running.delete(id));
    return rotation;
  }

  /** Rotates what is due, one tenant after the other. */
  async function rotateDue(): Promise<void> {
    if (!policy.read().automatic) return;
    for (const record of records.all()) {
      if (context.closing.aborted || record.state !== 'active' || !stateOf(context, policy, record).due)
        continue;
      try {
        await (await rotate(record.id, { actor: 'system:key-policy' })).ended;
      } catch (problem) {
        ports.log.error('a key that is due could not be rotated', problem, { tenant: record.id });
      }
    }
  }

  async function installationKey() {
    const [row] = await context.store.read('SELECT version, since FROM installation_key');
    const createdAt = Number(row?.since);
    const dueAt = createdAt + policy.read().rotationDays * DAY_MS;
    return { version: Number(row?.version), createdAt, dueAt, due: dueAt <= ports.clock.now() };
  }

  /** The console is closed for it: nothing that goes on in steps may be cut off. */
  async function requireQuiet(): Promise<void> {
    if (context.rotating.size === 0 && (await journal.unfinished()).length === 0) return;
    throw new ConsoleError('CONFLICT', {
      reason: 'A tenant is being created, deleted, or given a new key. Wait until that is done.',
    });
  }

  const stopLooking = ports.clock.every(LOOK_MS, () => {
    looking ??= rotateDue().finally(() => {
      looking = null;
    });
  });

  return {
    async close() {
      stopLooking();
      for (const rotation of running.values()) rotation.cancel();
      await Promise.all([...running.values()].map(({ ended }) => ended));
      await looking;
    },
    handlers: {
      ...kits.handlers,
      async tenants() {
        const newest = await kits.newest();
        return {
          policy: policy.read(),
          tenants: records
            .all()
            .map((record) => ({ ...stateOf(context, policy, record), kit: newest.get(record.id) ?? null })),
          installation: { ...(await installationKey()), kit: newest.get(NIL_SUBJECT) ?? null },
          statementKeys: [...context.statementKeys.list()],
          checkpointKeys: [...context.checkpointKeys],
        };
      },
      rotateStatementKey: async (_input, call) => [
        ...(await context.statementKeys.rotate((version) =>
          call.event({ target: String(version), detail: { version } }),
        )),
      ],
      // The engine does it when this has been answered: the catalogue is closed meanwhile.
      async rotateInstallationKey(_input, call) {
        await requireQuiet();
        await context.store.write({
          statements: [BEGIN_ROTATION],
          events: [call.event({ target: 'installation', outcome: 'intent' })],
        });
        return {};
      },
      async rotateCheckpointKey(_input, call) {
        await requireQuiet();
        await context.store.write({ events: [call.event({ target: 'installation', outcome: 'intent' })] });
        return {};
      },
      ...tokenKeyHandlers(context.tokens),
      async certificates() {
        const sql =
          'SELECT certificate FROM deletions WHERE certificate IS NOT NULL ORDER BY deleted_at DESC LIMIT 200';
        const rows = await context.store.read(sql);
        const names = await readOperatorNames(context);
        return rows.map(({ certificate }) => {
          const signed = SignedStatement.parse(JSON.parse(String(certificate)));
          const { statement } = signed;
          const by = statement.kind === 'tenant-deletion' ? statement.deletedBy : '';
          return { signed, by: names.get(by.slice(by.indexOf(':') + 1)) ?? null };
        });
      },
      setPolicy: (input, call) => policy.set(input, call),
      async rotate({ id }, call) {
        await requireConsent(tenants, records.require(id), 'key-rotation', call);
        await rotate(id, call.by());
        return { id };
      },
      async cancelRotation({ id }, call) {
        const rotation = running.get(id);
        if (!rotation) throw new ConsoleError('NOT_FOUND');
        await context.store.write({ events: [call.event({ target: id, outcome: 'intent' })] });
        if (!rotation.cancel()) {
          throw new ConsoleError('CONFLICT', {
            reason: 'The switch to the new key has begun; it cannot be cancelled any more.',
          });
        }
        await rotation.ended;
        return {};
      },
    },
  };
}

function stateOf(
  { rotating, ports }: ControlContext,
  policy: KeyPolicies,
  record: TenantRecord,
): Omit<TenantKeyState, 'kit'> {
  const { id, name, keyFingerprint, keyCreatedAt } = record;
  const dueAt = keyCreatedAt === null ? null : keyCreatedAt + policy.read().rotationDays * DAY_MS;
  return {
    tenantId: id,
    name,
    fingerprint: keyFingerprint,
    createdAt: keyCreatedAt,
    dueAt,
    due: dueAt !== null && dueAt <= ports.clock.now(),
    rotating: rotating.has(id),
  };
}
