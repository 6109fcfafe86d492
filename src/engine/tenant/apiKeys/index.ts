import { timingSafeEqual } from 'node:crypto';
import {
  type ApiKey,
  ConsoleError,
  GRANTS,
  type KeyWishes,
  type NewApiKey,
  NO_OWN_LIMITS,
  OwnLimits,
  Permission,
  type ServiceAccount,
  type TenantRole,
  type tenantContract,
} from '../../../contract';
import { actorOf, type Call, type Handlers } from '../../door';
import { API_KEY_SECRET_BYTES, type ApiKeySeal, apiKeyPrefix } from '../../mechanism/apiKeys';
import type { Session } from '../../mechanism/sessions';
import { bulkInsert, type Write } from '../../mechanism/store';
import type { PasswordHasher, RandomSource, SqlRow } from '../../ports';
import { requireHeld } from '../access';
import type { RuntimeContext } from '../context';

const DAY_MS = 86_400_000;
/** How old the time of last use on the disk may be. */
const TOUCH_MS = 60_000;
const MOST_LISTED = 1_000;
/** Keys whose row is kept in memory; above it the oldest leaves. */
const MOST_KEPT = 10_000;

/** The tables that decide what a key opens. */
const TABLES = ['api_keys', 'users'];

const INSERT_KEY = bulkInsert('api_keys', [
  'id',
  'owner_id',
  'name',
  'prefix',
  'hash',
  'scopes',
  'created_at',
  'created_by',
  'expires_at',
  'limits',
]);
const INSERT_SERVICE = bulkInsert('users', [
  'id',
  'name',
  'email',
  'role',
  'state',
  'password',
  'created_at',
  'kind',
]);

const WITH_OWNER = `SELECT api_keys.*, users.name AS owner_name, users.kind AS owner_kind FROM api_keys
  JOIN users ON users.id = api_keys.owner_id`;

/** A key that is in use. */
interface Life {
  readonly ownerId: string;
  readonly end: AbortController;
  /** As of its last authentication. */
  limits: OwnLimits;
  touched: number;
}

interface ApiKeyOptions {
  readonly context: RuntimeContext;
  readonly seal: ApiKeySeal;
  readonly hasher: PasswordHasher;
  readonly random: RandomSource;
}

/** Keys of programs, and the accounts of services. */
export interface ApiKeys {
  /** @throws ConsoleError NOT_SIGNED_IN */
  authenticate(credential: string): Promise<Session>;
  /** Ends what the keys of an account watch, after the account was disabled or removed. */
  endAllOf(ownerId: string): void;
  /** The keys of an account, the newest first. */
  listOf(ownerId: string): Promise<ApiKey[]>;
  /** What a key that is in use has of its own. */
  limitsOf(id: string): OwnLimits;
  readonly handlers: Handlers<(typeof tenantContract)['apiKeys']>;
}

export function createApiKeys({ context, seal, hasher, random }: ApiKeyOptions): ApiKeys {
  const { store, clock, cipher, newId, tenantId, log } = context;
  /** Of the keys that are in use: aborted when one is revoked, so that what it watches ends. */
  const living = new Map<string, Life>();
  const kept = new Map<string, SqlRow>();
  let changes = 0;
  store.onWritten(TABLES, () => {
    changes += 1;
    kept.clear();
  });

  function lifeOf(id: string, ownerId: string): Life {
    const known = living.get(id);
    if (known) return known;
    const life = {
      ownerId,
      end: new AbortController(),
      limits: NO_OWN_LIMITS,
      touched: Number.NEGATIVE_INFINITY,
    };
    living.set(id, life);
    return life;
  }

  function touch(id: string, life: Life): void {
    if (clock.monotonic() - life.touched < TOUCH_MS) return;
    life.touched = clock.monotonic();
    const sql = 'UPDATE api_keys SET last_used_at = ? WHERE id = ?';
    const write: Write = {
      statements: [{ sql, params: [clock.now(), id] }],
      events: [],
      housekeeping: true,
      patient: true,
    };
    store.write(write).catch((problem: unknown) => {
      if (!store.isClosed) log.error('the last use of an API key was not kept', problem);
    });
  }

  /** The row of a key with its owner's role and state. Any write that may change it lets it be read anew. */
  async function load(id: string): Promise<SqlRow | undefined> {
    const before = changes;
    const [row] = await store.read(
      `SELECT api_keys.*, users.role, users.state FROM api_keys
       JOIN users ON users.id = api_keys.owner_id WHERE api_keys.id = ?`,
      [id],
    );
    // What was changed while it was read may be older than the change.
    if (changes !== before) return load(id);
    if (!row) return undefined;
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value ?? '');
    kept.set(id, row);
    return row;
  }

  async function authenticate(credential: string): Promise<Session> {
    const claims = seal.check(credential);
    if (claims?.tenantId !== tenantId) throw new ConsoleError('NOT_SIGNED_IN');
    const row = kept.get(claims.keyId) ?? (await load(claims.keyId));
    const isSound = row !== undefined && equal(String(row.hash), cipher.keyedHash(credential));
    const isAlive = isSound && row.revoked_at === null && Number(row.expires_at) > clock.now();
    if (!isAlive || row.state !== 'active') throw new ConsoleError('NOT_SIGNED_IN');
    const life = lifeOf(claims.keyId, String(row.owner_id));
    life.limits = limitsFrom(row);
    touch(claims.keyId, life);
    return {
      id: claims.keyId,
      personId: String(row.owner_id),
      role: row.role as TenantRole,
      expiresAt: Number(row.expires_at),
      // A program proves nothing anew: what demands a fresh proof is for people.
      provenAgoMs: Number.POSITIVE_INFINITY,
      needs: null,
      scopes: scopesOf(row),
      keyPrefix: String(row.prefix),
      ended: life.end.signal,
    };
  }

  async function create(
    { name, scopes, expiresInDays, limits = NO_OWN_LIMITS }: KeyWishes,
    ownerId: string,
    call: Call,
  ): Promise<NewApiKey> {
    const id = newId();
    const secret = seal.issue({ keyId: id, tenantId }, random.bytes(API_KEY_SECRET_BYTES));
    const now = clock.now();
    const values = [
      id,
      ownerId,
      name,
      apiKeyPrefix(secret),
      cipher.keyedHash(secret),
      JSON.stringify(scopes),
      now,
      actorOf(call).id,
      now + expiresInDays * DAY_MS,
      JSON.stringify(limits),
    ];
    await store.write({
      rows: [{ into: INSERT_KEY, rows: [values] }],
      events: [
        call.event({
          target: id,
          detail: { owner: ownerId, scopes: scopes.join(' '), expiresInDays },
          change: { before: null, after: { name, scopes, expiresInDays, limits } },
        }),
      ],
    });
    return { key: await shown(id), secret };
  }

  async function shown(id: string): Promise<ApiKey> {
    const [row] = await store.read(`${WITH_OWNER} WHERE api_keys.id = ?`, [id]);
    if (!row) throw new ConsoleError('NOT_FOUND');
    return keyFrom(row);
  }

  async function revoke(id: string, ownerId: string | null, reason: string, call: Call): Promise<void> {
    const whose = ownerId === null ? '' : 'AND owner_id = ?';
    const owner = ownerId === null ? [] : [ownerId];
    const [row] = await store.read(`SELECT 1 FROM api_keys WHERE id = ? AND revoked_at IS NULL ${whose}`, [
      id,
      ...owner,
    ]);
    if (!row) throw new ConsoleError('NOT_FOUND');
    await store.write({
      statements: [
        {
          sql: 'UPDATE api_keys SET revoked_at = ?, revoke_reason = ? WHERE id = ? AND revoked_at IS NULL',
          params: [clock.now(), reason, id],
          expect: 1,
        },
      ],
      events: [call.event({ target: id, detail: { reason } })],
    });
    living.get(id)?.end.abort();
    living.delete(id);
  }

  async function list(ownerId: string | null): Promise<ApiKey[]> {
    const where = ownerId === null ? '' : 'WHERE owner_id = ?';
    const rows = await store.read(
      `${WITH_OWNER} ${where} ORDER BY api_keys.created_at DESC, api_keys.id LIMIT ${MOST_LISTED}`,
      ownerId === null ? [] : [ownerId],
    );
    return rows.map(keyFrom);
  }

  function endAllOf(ownerId: string): void {
    for (const [id, life] of living) {
      if (life.ownerId !== ownerId) continue;
      life.end.abort();
      living.delete(id);
    }
  }

  async function requireService(id: string): Promise<ServiceAccount> {
    const [row] = await store.read("SELECT * FROM users WHERE id = ? AND kind = 'service'", [id]);
    if (!row) throw new ConsoleError('NOT_FOUND');
    return serviceFrom(row);
  }

  return {
    authenticate,
    endAllOf,
    listOf: list,
    limitsOf: (id) => living.get(id)?.limits ?? NO_OWN_LIMITS,
    handlers: {
      list: async (_input, call) => list(own(call)),
      create: async (wishes, call) => create(wishes, own(call), call),
      async revoke({ id, reason }, call) {
        await revoke(id, own(call), reason, call);
        return {};
      },
      listAll: async () => list(null),
      async revokeAny({ id, reason }, call) {
        await revoke(id, null, reason, call);
        return {};
      },
      async setLimits({ id, limits }, call) {
        const before = await shown(id);
        if (before.revokedAt !== null) throw new ConsoleError('CONFLICT', { reason: 'The key is revoked.' });
        await store.write({
          statements: [
            {
              sql: 'UPDATE api_keys SET limits = ? WHERE id = ? AND revoked_at IS NULL',
              params: [JSON.stringify(limits), id],
              expect: 1,
            },
          ],
          events: [call.event({ target: id, change: { before: before.limits, after: limits } })],
        });
        return shown(id);
      },
      async services() {
        const rows = await store.read("SELECT * FROM users WHERE kind = 'service' ORDER BY name, id");
        return rows.map(serviceFrom);
      },
      async addService({ name, role }, call) {
        requireHeld(actorOf(call), GRANTS[role]);
        const id = newId();
        // Nobody knows it, and sign-in refuses the account in any case.
        const password = await hasher.hash(Buffer.from(random.bytes(32)).toString('base64'));
        const values = [id, name, `${id}@service.invalid`, role, 'active', password, clock.now(), 'service'];
        await store.write({
          rows: [{ into: INSERT_SERVICE, rows: [values] }],
          events: [
            call.event({ target: id, detail: { role }, change: { before: null, after: { name, role } } }),
          ],
        });
        return requireService(id);
      },
      async disableService({ id, reason }, call) {
        const { state } = await requireService(id);
        const sql = "UPDATE users SET state = 'disabled' WHERE id = ? AND kind = 'service'";
        await store.write({
          statements: [{ sql, params: [id], expect: 1 }],
          events: [
            call.event({ target: id, detail: { reason }, change: { before: state, after: 'disabled' } }),
          ],
        });
        endAllOf(id);
        return requireService(id);
      },
      async createForService({ serviceId, ...wishes }, call) {
        requireHeld(actorOf(call), wishes.scopes);
        const { state } = await requireService(serviceId);
        if (state !== 'active')
          throw new ConsoleError('CONFLICT', { reason: 'The service account is disabled.' });
        return create(wishes, serviceId, call);
      },
    },
  };
}

/** Whoever calls, where it is about their own keys. */
function own(call: Call): string {
  const actor = actorOf(call);
  if (actor.role === 'operator') {
    throw new ConsoleError('NOT_ALLOWED', { reason: 'An operator has no keys in a tenant.' });
  }
  return actor.id;
}

function equal(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

/** A permission that this version does not know any more opens nothing. */
function scopesOf(row: SqlRow): Permission[] {
  const kept: unknown = JSON.parse(String(row.scopes));
  return (Array.isArray(kept) ? kept : []).filter((scope) => Permission.safeParse(scope).success);
}

function limitsFrom({ limits }: SqlRow): OwnLimits {
  return limits == null ? NO_OWN_LIMITS : OwnLimits.parse(JSON.parse(String(limits)));
}

function keyFrom(row: SqlRow): ApiKey {
  const optional = (value: SqlRow[string] | undefined) => (value == null ? null : Number(value));
  return {
    id: String(row.id),
    name: String(row.name),
    prefix: String(row.prefix),
    owner: {
      id: String(row.owner_id),
      kind: row.owner_kind === 'service' ? 'service' : 'person',
      name: String(row.owner_name),
    },
    scopes: scopesOf(row),
    limits: limitsFrom(row),
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
    lastUsedAt: optional(row.last_used_at),
    revokedAt: optional(row.revoked_at),
    revokeReason: row.revoke_reason == null ? null : String(row.revoke_reason),
  };
}

function serviceFrom(row: SqlRow): ServiceAccount {
  return {
    id: String(row.id),
    name: String(row.name),
    role: row.role as TenantRole,
    state: row.state === 'active' ? 'active' : 'disabled',
    createdAt: Number(row.created_at),
  };
}
