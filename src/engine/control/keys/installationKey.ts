import { hkdfSync } from 'node:crypto';
import { ConsoleError, isConsoleError } from '../../../contract';
import { auditKeyRotation, readKeys } from '../../mechanism/audit';
import type { SecretKeeper } from '../../mechanism/credentials';
import { framed, NONCE_BYTES, openBytes, sealBytes } from '../../mechanism/sealing';
import { statementKeyRotation } from '../../mechanism/statements';
import { Store } from '../../mechanism/store';
import { type EnginePorts, nextNameOf, type RandomSource, type SqlRow, type Statement } from '../../ports';
import { type CatalogSeals, createSeals } from '../context';
import { LISTENER_SETTINGS, listenerSealedAnew } from '../listeners';
import { createSecretKeeper } from '../secrets';
import { TENANT_HOSTS_SETTING, tenantHostsSealedAnew } from '../tenantHosts';

/** The sealed row that tells a changed key from a changed catalogue. */
export const WITNESS = 'installation';

const INSTALLATION = { kind: 'installation' } as const;

/** A key of the installation for one purpose (HKDF-SHA256, RFC 5869). */
export function purposeKey(key: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, new Uint8Array(), `riscura/installation/${purpose}/v1`, 32));
}

/**
 * Keys that outlive a rotation, because what they made cannot be made anew: what was hashed, API keys that people
 * hold, and pruned segments of the audit chain. Each with the purpose that it came from at first.
 */
const CARRIED = {
  'account-hashes': 'account-secrets',
  'api-keys': 'api-keys',
  'audit-vault': 'audit-vault',
} as const;
type Carried = keyof typeof CARRIED;

function carriedPlace(purpose: Carried): Buffer {
  return framed(['riscura/carried-key/v1', purpose]);
}

/** A key that outlives rotations, in use under a key of the installation. The caller overwrites it when done. */
export async function carriedKey(store: Store, key: Uint8Array, purpose: Carried): Promise<Buffer> {
  const [row] = await store.read('SELECT sealed_key FROM carried_keys WHERE purpose = ?', [purpose]);
  if (!row) return purposeKey(key, CARRIED[purpose]);
  const sealing = purposeKey(key, 'carried-keys');
  try {
    return openBytes(sealing, carriedPlace(purpose), Buffer.from(String(row.sealed_key), 'base64url'));
  } finally {
    sealing.fill(0);
  }
}

/** The tables whose rows are sealed, and which seal is theirs. */
const SEALED: Readonly<Record<string, keyof CatalogSeals>> = {
  operators: 'operators',
  tenants: 'tenants',
  settings: 'settings',
  declared_hosts: 'declaredHosts',
  providers: 'providers',
  model_prices: 'modelPrices',
  model_files: 'modelFiles',
};

interface Both {
  readonly store: Store;
  readonly random: RandomSource;
  readonly present: Uint8Array;
  readonly next: Uint8Array;
}

/** Every row is held against its present seal first: one that was edited by hand must not be sealed anew. */
async function sealedAnew({ store, present, next }: Both): Promise<Statement[]> {
  const [from, to] = [
    createSeals(purposeKey(present, 'row-seals')),
    createSeals(purposeKey(next, 'row-seals')),
  ];
  const statements: Statement[] = [];
  for (const [table, name] of Object.entries(SEALED)) {
    const rows = await store.read(`SELECT rowid AS row_number, * FROM ${table}`);
    for (const row of rows) {
      if (table === 'settings' && holdsKeys(row)) continue;
      from[name].require(row);
      statements.push({
        sql: `UPDATE ${table} SET mac = ? WHERE rowid = ? AND mac = ?`,
        params: [to[name].of(row), Number(row.row_number), String(row.mac)],
        expect: 1,
      });
    }
  }
  return statements;
}

type SealedAnew = (value: string, before: SecretKeeper, after: SecretKeeper) => string;

/** The rows among the settings that hold sealed keys, and how these are sealed anew. */
const WITH_KEYS: ReadonlyMap<string, SealedAnew> = new Map<string, SealedAnew>([
  ...LISTENER_SETTINGS.map((name): [string, SealedAnew] => [
    name,
    (value, before, after) => listenerSealedAnew(name, value, before, after),
  ]),
  [TENANT_HOSTS_SETTING, tenantHostsSealedAnew],
]);

function holdsKeys({ name }: SqlRow): boolean {
  return WITH_KEYS.has(String(name));
}

/** The keys of the listeners are secrets under the key beside their seals. */
async function listenersAnew({ store, present, next, random }: Both): Promise<Statement[]> {
  const rows = await store.read('SELECT * FROM settings');
  const [from, to] = [
    createSeals(purposeKey(present, 'row-seals')),
    createSeals(purposeKey(next, 'row-seals')),
  ];
  return [...WITH_KEYS].flatMap(([name, sealAnew]) => {
    const row = rows.find((each) => each.name === name);
    if (!row) return [];
    const { value } = from.settings.require(row);
    const anew = sealAnew(String(value), keeperOf(present, random), keeperOf(next, random));
    return [
      {
        sql: 'UPDATE settings SET value = ?, mac = ? WHERE name = ? AND mac = ?',
        params: [anew, to.settings.of({ ...row, value: anew }), name, String(row.mac)],
        expect: 1,
      },
    ];
  });
}

function keeperOf(key: Uint8Array, random: RandomSource): SecretKeeper {
  const own = purposeKey(key, 'account-secrets');
  return createSecretKeeper({ sealing: own, hashing: own }, random);
}

/** Second factors hold a secret under the key beside their seal. */
async function factorsAnew(both: Both): Promise<Statement[]> {
  const { store, present, next, random } = both;
  const [from, to] = [
    createSeals(purposeKey(present, 'row-seals')),
    createSeals(purposeKey(next, 'row-seals')),
  ];
  const [before, after] = [keeperOf(present, random), keeperOf(next, random)];
  const rows = await store.read('SELECT * FROM second_factors');
  return rows.map((row) => {
    const id = String(row.id);
    const secret = before.open(id, String(from.secondFactors.require(row).sealed_secret));
    const anew: SqlRow = { ...row, sealed_secret: after.seal(id, secret) };
    return {
      sql: 'UPDATE second_factors SET sealed_secret = ?, mac = ? WHERE id = ? AND mac = ?',
      params: [String(anew.sealed_secret), to.secondFactors.of(anew), id, String(row.mac)],
      expect: 1,
    };
  });
}

async function carriedAnew({ store, present, next, random }: Both): Promise<Statement[]> {
  const sealing = purposeKey(next, 'carried-keys');
  const statements: Statement[] = [];
  for (const purpose of Object.keys(CARRIED) as Carried[]) {
    const key = await carriedKey(store, present, purpose);
    const sealed = sealBytes(sealing, random.bytes(NONCE_BYTES), carriedPlace(purpose), key);
    key.fill(0);
    statements.push({
      sql: 'INSERT OR REPLACE INTO carried_keys (purpose, sealed_key) VALUES (?, ?)',
      params: [purpose, sealed.toString('base64url')],
    });
  }
  sealing.fill(0);
  return statements;
}

/** One transaction: afterwards everything is under the next key, before it nothing is. */
async function sealUnderNext(both: Both, now: number): Promise<void> {
  const { store, present, next } = both;
  const statementRows = await store.read('SELECT * FROM statement_keys ORDER BY version');
  const sealOf = (key: Uint8Array) => createSeals(purposeKey(key, 'row-seals')).statementKeys;
  const read: Store['read'] = (sql, params) => store.read(sql, params);
  await store.write({
    statements: [
      ...(await sealedAnew(both)),
      ...(await factorsAnew(both)),
      ...(await listenersAnew(both)),
      ...(await carriedAnew(both)),
      ...statementKeyRotation(
        statementRows,
        { key: present, seal: sealOf(present) },
        { seal: sealOf(next) },
        now,
      ),
      auditKeyRotation(await readKeys(read), present, next, now),
      // The key that signs the tokens of operators comes from the key of the installation: they sign in again.
      { sql: 'UPDATE sessions SET ended_at = ? WHERE ended_at IS NULL', params: [now] },
      {
        sql: 'UPDATE installation_key SET version = version + 1, since = ? WHERE id = 1',
        params: [now],
        expect: 1,
      },
    ],
    events: [],
    housekeeping: true,
  });
}

async function withCatalogue<Answer>(
  { catalogDriver, files, clock }: EnginePorts,
  catalogue: string,
  work: (store: Store) => Promise<Answer>,
): Promise<Answer> {
  const database = await catalogDriver.open(files.absolute(catalogue), null);
  try {
    return await work(await Store.open(database, clock));
  } finally {
    await database.close();
  }
}

/**
 * Rotates the key of the installation over a catalogue that nobody has open: the next key is kept beside the present
 * one, everything that is under it is sealed anew in one transaction, and the present key is destroyed last. What a kill
 * interrupts is ended by {@link settleInstallationKey}.
 * @param catalogue its path in the data folder
 */
export async function rotateInstallationKey(ports: EnginePorts, catalogue: string): Promise<void> {
  const { keystore, random, clock } = ports;
  const present = await keystore.readKey(INSTALLATION);
  const next = await keystore.createKey(nextNameOf(INSTALLATION));
  try {
    await ports.reach?.('installation-key.made');
    await withCatalogue(ports, catalogue, (store) =>
      sealUnderNext({ store, random, present, next }, clock.now()),
    );
    await ports.reach?.('installation-key.sealed');
    await keystore.adoptNextKey(INSTALLATION);
    await ports.reach?.('installation-key.adopted');
  } finally {
    present.fill(0);
    next.fill(0);
  }
}

/** Makes the next key for audit checkpoints, over a catalogue that nobody has open. */
export async function rotateCheckpointKey(ports: EnginePorts, catalogue: string): Promise<void> {
  const key = await ports.keystore.readKey(INSTALLATION);
  try {
    await withCatalogue(ports, catalogue, async (store) => {
      const read: Store['read'] = (sql, params) => store.read(sql, params);
      const now = ports.clock.now();
      const statement = auditKeyRotation(await readKeys(read), key, key, now);
      const event = 'checkpoint-key.rotated';
      const actor = 'system:installation';
      await store.write({
        statements: [statement],
        events: [{ at: now, event, actor, target: null, outcome: 'done', detail: {} }],
      });
    });
  } finally {
    key.fill(0);
  }
}

/** What records that a rotation begins: from then on the next opening looks for what it left. */
export const BEGIN_ROTATION: Statement = {
  sql: 'UPDATE installation_key SET rotating_from = version WHERE id = 1 AND rotating_from IS NULL',
  params: [],
  expect: 1,
};

/**
 * Ends a rotation, also one that a kill interrupted: forward when the catalogue is sealed under the next key, back when it
 * is under the present one. One of the two it always is.
 * @param key the key in the keystore; overwritten when it is not the one in use any more
 * @returns the key in use
 */
export async function settleInstallationKey(
  ports: EnginePorts,
  store: Store,
  key: Uint8Array,
): Promise<Uint8Array> {
  const [row] = await store.read('SELECT version, rotating_from FROM installation_key');
  if (!row || row.rotating_from === null) return key;
  const next = await readNext(ports);
  let inUse = key;
  if (next && (await isSealedUnder(store, next))) {
    await ports.keystore.adoptNextKey(INSTALLATION);
    key.fill(0);
    inUse = next;
  } else if (next) {
    next.fill(0);
    await ports.keystore.destroyKey(nextNameOf(INSTALLATION));
  }
  await store.write({
    statements: [{ sql: 'UPDATE installation_key SET rotating_from = NULL WHERE id = 1', params: [] }],
    events: [
      {
        at: ports.clock.now(),
        event: 'installation-key.rotated',
        actor: 'system:installation',
        target: null,
        outcome: Number(row.version) > Number(row.rotating_from) ? 'done' : 'failed',
        detail: { version: Number(row.version) },
      },
    ],
  });
  return inUse;
}

async function readNext({ keystore }: EnginePorts): Promise<Uint8Array | null> {
  try {
    return await keystore.readKey(nextNameOf(INSTALLATION));
  } catch (problem) {
    if (isConsoleError(problem) && problem.code === 'KEY_MISSING') return null;
    throw problem;
  }
}

async function isSealedUnder(store: Store, key: Uint8Array): Promise<boolean> {
  const [row] = await store.read('SELECT * FROM settings WHERE name = ?', [WITNESS]);
  if (!row)
    throw new ConsoleError('INSTALLATION_TAMPERED', {
      reason: 'The mark of the installation was taken out.',
    });
  return createSeals(purposeKey(key, 'row-seals')).settings.of(row) === row.mac;
}
