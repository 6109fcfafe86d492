import type { ModelId, ModelParameters } from '../../contract';
import type { AuditDoer } from '../mechanism/chain';
import { FieldCipher } from '../mechanism/fieldCipher';
import { createIds } from '../mechanism/ids';
import { bulkInsert, migrate, type Rows, Store } from '../mechanism/store';
import { openTokenKeys, tokenKeyPurpose } from '../mechanism/tokens';
import { TENANT_APPLICATION_ID, tenantMigrations } from '../migrations/tenant';
import type { Clock, Database, Log, RandomSource } from '../ports';
import { configurationRow } from './configuration';
import { type NewUser, userRow } from './identity';

const FIELD_KEYS = bulkInsert('field_keys', ['version', 'wrapped', 'created_at']);

interface Provision {
  readonly tenantId: string;
  /** Empty and open; it stays open. */
  readonly database: Database;
  readonly tenantKey: Uint8Array;
  readonly administrator: NewUser;
  readonly model: ModelId;
  readonly parameters: ModelParameters;
  /** Who has it set up, as the audit chain names them. */
  readonly doer: AuditDoer;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
}

/**
 * Makes an empty database that of a tenant: schema, then field keys, configuration and its first administrator in one
 * transaction, then the keys that sign its tokens.
 * @returns the public halves of those: SPKI in DER, base64
 */
export async function provisionTenant(provision: Provision): Promise<readonly string[]> {
  const { tenantId, database, tenantKey, administrator, model, parameters, doer, clock, random, log } =
    provision;
  await migrate(database, tenantMigrations, TENANT_APPLICATION_ID);
  const store = await Store.open(database, clock);
  const cipher = FieldCipher.create(tenantKey, random);
  const now = clock.now();
  const settings = {
    version: 1,
    model,
    fallbacks: [],
    parameters,
    instructions: '',
  };
  const rows: Rows[] = [
    { into: FIELD_KEYS, rows: cipher.wrappedKeys.map(({ version, wrapped }) => [version, wrapped, now]) },
    configurationRow({ cipher, clock }, settings),
    userRow(administrator, now),
  ];
  await store.write({
    rows,
    events: [
      {
        at: now,
        event: 'tenant.provisioned',
        ...doer,
        target: administrator.id,
        outcome: 'done',
        detail: { model },
      },
    ],
  });
  const tokens = await openTokenKeys({
    store,
    clock,
    log,
    newId: createIds(clock, random),
    tid: tenantId,
    derive: (id) => cipher.deriveKey(tokenKeyPurpose(id)),
  });
  cipher.close();
  return tokens.publicKeys();
}
