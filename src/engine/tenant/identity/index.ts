import {
  ConsoleError,
  type ModelId,
  type TenantRole,
  type TenantSession,
  type tenantContract,
  type User,
} from '../../../contract';
import { actorOf, type Call, type Handlers } from '../../door';
import { createSignInGuard } from '../../mechanism/limiter';
import type { Sessions } from '../../mechanism/sessions';
import { bulkInsert, type Rows } from '../../mechanism/store';
import type { Database, PasswordHasher, SqlRow } from '../../ports';
import type { Authorities } from '../access';
import type { RuntimeContext } from '../context';

export { createNames, type Names } from './names';

const INSERT = bulkInsert('users', [
  'id',
  'name',
  'email',
  'role',
  'state',
  'password',
  'created_at',
  'last_seen_at',
]);

/** A person as they are added, their password already hashed. */
export interface NewUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: TenantRole;
  /** argon2id in PHC form. */
  readonly password: string;
}

/** The row of a new person, for the write that adds them. */
export function userRow(user: NewUser, now: number): Rows {
  const { id, name, email, role, password } = user;
  return { into: INSERT, rows: [[id, name, email, role, 'active', password, now, null]] };
}

/** The hash of an active person's password, or `null`; for a tenant whose runtime is not open. */
export async function readPasswordHash(database: Database, email: string): Promise<string | null> {
  const [row] = await database.read("SELECT password FROM users WHERE email = ? AND state = 'active'", [
    email,
  ]);
  return row ? String(row.password) : null;
}

/** Whose password it is: this store's, or that of a directory, which has let the person in or has not. */
export type PasswordVerdict =
  | { readonly kind: 'local' }
  | { readonly kind: 'admitted'; readonly personId: string }
  | { readonly kind: 'refused'; readonly at: string };

/** Passwords that somebody else keeps. */
export interface ExternalPasswords {
  /** @throws ConsoleError DIRECTORY_UNAVAILABLE */
  verify(email: string, password: string): Promise<PasswordVerdict>;
}

interface IdentityOptions {
  readonly context: RuntimeContext;
  readonly sessions: Sessions;
  readonly authorities: Authorities;
  readonly hasher: PasswordHasher;
  /** The model that the tenant has chosen. */
  readonly chosenModel: () => Promise<ModelId>;
  readonly external: ExternalPasswords;
}

/** Who the people of the tenant are, and their signing in. */
export function createIdentity(
  options: IdentityOptions,
): Handlers<Pick<typeof tenantContract, 'identity' | 'users'>> {
  const { context, sessions, authorities, hasher, chosenModel, external } = options;
  const { store, clock } = context;
  const guard = createSignInGuard(clock);

  async function findUser(column: 'id' | 'email', value: string): Promise<SqlRow | null> {
    const [row] = await store.read(`SELECT * FROM users WHERE ${column} = ?`, [value]);
    return row ?? null;
  }

  function face(): TenantSession['tenant'] {
    const { name, domain } = context.entitlements();
    return { id: context.tenantId, name, domain };
  }

  async function refuse(call: Call, row: SqlRow | null, detail = {}): Promise<never> {
    const actor = row ? `user:${row.id}` : `unknown:${call.source}`;
    await store.write({ events: [call.event({ actor, outcome: 'refused', detail })] });
    throw new ConsoleError('WRONG_CREDENTIALS');
  }

  /** The account that e-mail and password open, as it is now; refuses otherwise. */
  async function prove(email: string, password: string, row: SqlRow | null, call: Call): Promise<SqlRow> {
    const verdict = await external.verify(email, password);
    const isLocal = verdict.kind === 'local' && row?.state === 'active';
    // Hashed for whoever it is, so that the time does not tell whose password it would be.
    const matches = await hasher.verify(password, isLocal ? String(row.password) : null);
    if (verdict.kind === 'refused') return refuse(call, row, { directory: verdict.at });
    const proven = verdict.kind === 'admitted' ? await findUser('id', verdict.personId) : row;
    if (!proven || (verdict.kind === 'local' && !matches)) return refuse(call, row);
    return proven;
  }

  return {
    identity: {
      async signIn({ email, password }, call) {
        const succeeded = guard.begin(call.source, email);
        const row = await prove(email, password, await findUser('email', email), call);
        succeeded();
        const user = userFrom(row);
        const { session, token } = await sessions.begin(user, (begun) =>
          call.event({ actor: `${user.role}:${user.id}`, target: begun.id }),
        );
        const { permissions } = await authorities.of(session);
        call.issueCredential(token);
        return {
          tenant: face(),
          user,
          role: user.role,
          permissions: [...permissions],
          expiresAt: session.expiresAt,
        };
      },

      async signOut(_input, call) {
        const actor = actorOf(call);
        if (actor.role === 'operator') {
          throw new ConsoleError('NOT_ALLOWED', { reason: 'An operator signs out of the installation.' });
        }
        await sessions.end(actor.sessionId, call.event({ target: actor.sessionId }));
        call.issueCredential(null);
        return {};
      },

      async stepUp({ password }, call) {
        const actor = actorOf(call);
        if (actor.role === 'operator') {
          throw new ConsoleError('NOT_ALLOWED', { reason: 'An operator proves it to the installation.' });
        }
        const succeeded = guard.begin(call.source, actor.id);
        const row = await findUser('id', actor.id);
        const proven = await prove(String(row?.email ?? ''), password, row, call);
        if (proven.id !== actor.id) return refuse(call, row);
        await sessions.prove(actor.sessionId, call.event({ target: actor.sessionId }));
        succeeded();
        return {};
      },

      async current(_input, call) {
        const actor = actorOf(call);
        const row = actor.role === 'operator' ? null : await findUser('id', actor.id);
        if (actor.role !== 'operator' && !row) throw new ConsoleError('NOT_SIGNED_IN');
        return {
          tenant: face(),
          user: row ? userFrom(row) : null,
          role: actor.role,
          permissions: [...actor.permissions],
          expiresAt: actor.expiresAt,
        };
      },

      async standing() {
        const { state, residency } = context.entitlements();
        return { state, health: store.health, residency, model: await chosenModel() };
      },
    },
    users: {
      async list() {
        return (await store.read('SELECT * FROM users ORDER BY name, id LIMIT 1000')).map(userFrom);
      },
    },
  };
}

function userFrom(row: SqlRow): User {
  return {
    id: String(row.id),
    name: String(row.name),
    email: String(row.email),
    role: row.role as TenantRole,
    state: row.state === 'active' ? 'active' : 'disabled',
    createdAt: Number(row.created_at),
    lastSeenAt: row.last_seen_at === null ? null : Number(row.last_seen_at),
  };
}
