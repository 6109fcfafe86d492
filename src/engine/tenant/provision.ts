import type { ModelId, ModelParameters } from '../../contract';
import type { AuditDoer } from '../mechanism/chain';
import { FieldCipher } from '../mechanism/fieldCipher';
import { bulkInsert, migrate, type Rows, Store } from '../mechanism/store';
import { signingKeyFromSeed } from '../mechanism/tokens';
import { TENANT_APPLICATION_ID, tenantMigrations } from '../migrations/tenant';
import type { Clock, Database, RandomSource } from '../ports';
import { configurationRow } from './configuration';
import { type NewUser, userRow } from './identity';
import { SIGNING_SEED, secretPlace } from './secrets';

const FIELD_KEYS = bulkInsert('field_keys', ['version', 'wrapped', 'created_at']);
const SECRETS = bulkInsert('secrets', ['name', 'sealed_value']);
const SEED_BYTES = 32;

interface Provision {
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
}

/**
 * Makes an empty database that of a tenant: schema, field keys, signing key, configuration and its first
 * administrator, in one transaction after the schema's.
 * @returns the public half of the tenant's signing key: SPKI in DER, base64
 */
export async function provisionTenant(provision: Provision): Promise<string> {
  const { database, tenantKey, administrator, model, parameters, doer, clock, random } = provision;
  await migrate(database, tenantMigrations, TENANT_APPLICATION_ID);
  const store = await Store.open(database, clock);
  const cipher = FieldCipher.create(tenantKey, random);
  const seed = random.bytes(SEED_BYTES);
  const now = clock.now();
  const settings = {
    version: 1,
    model,
    fallbacks: [],
    parameters,
    instructions: '',
  };
  const sealedSeed = cipher.seal(secretPlace(SIGNING_SEED), Buffer.from(seed).toString('base64'));
  const rows: Rows[] = [
    { into: FIELD_KEYS, rows: cipher.wrappedKeys.map(({ version, wrapped }) => [version, wrapped, now]) },
    { into: SECRETS, rows: [[SIGNING_SEED, sealedSeed]] },
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
  const { publicKey } = signingKeyFromSeed(seed);
  seed.fill(0);
  cipher.close();
  return publicKey;
}
