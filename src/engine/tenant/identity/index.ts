import {
  AccountState,
  ConsoleError,
  type ModelId,
  type SecondFactors,
  type TenantRole,
  type TenantSession,
  type tenantContract,
  type User,
} from '../../../contract';
import { actorOf, type Call, type Handlers } from '../../door';
import {
  type Account,
  createCredentials,
  type PolicyKeeper,
  type ProvenPassword,
} from '../../mechanism/credentials';
import { createSignInGuard } from '../../mechanism/limiter';
import type { CommonPasswords } from '../../mechanism/passwords';
import type { Session, SessionExtras, Sessions } from '../../mechanism/sessions';
import { bulkInsert, type Rows } from '../../mechanism/store';
import type { Database, PasswordHasher, RandomSource, SqlRow, Statement } from '../../ports';
import type { Authorities } from '../access';
import type { RuntimeContext } from '../context';
import { createMemberAccounts } from './accounts';

export { createNames, type Names } from './names';
export { openIdentityPolicy } from './policy';

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

/** What stands for a password that is not there; it is no hash, and nobody signs in to an account that has it. */
export const NO_PASSWORD = '*';

/** The row of a person who has yet to set a password. */
export function invitedRow({ id, name, email, role }: Omit<NewUser, 'password'>, now: number): Rows {
  return { into: INSERT, rows: [[id, name, email, role, 'invited', NO_PASSWORD, now, null]] };
}

/** Sees that the plan's number of people is not passed, those who are being added included. */
export function peopleAtMost(limit: number): Statement {
  return {
    sql: `UPDATE users SET state = state WHERE id = (
      SELECT id FROM users WHERE (SELECT count(*) FROM users WHERE kind = 'person') <= ? LIMIT 1)`,
    params: [limit],
    expect: 1,
  };
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
  /** Whether a directory keeps the password of whoever has this address here. */
  keeps(email: string): Promise<boolean>;
}

/** Signing in through the browser of the system. */
export interface BrowserSignIns {
  choices(): Promise<{ id: string; name: string }[]>;
  /** @throws ConsoleError SIGN_ON_REFUSED, DIRECTORY_UNAVAILABLE, NOT_FOUND, TIMED_OUT, CANCELLED */
  signIn(providerId: string, call: Call): Promise<{ personId: string; extras: SessionExtras }>;
  /** Whether somebody comes by a provider with the browser. */
  isWayOf(personId: string): Promise<boolean>;
  /** Has somebody prove to their provider again who they are. @throws as `signIn` */
  prove(personId: string, call: Call): Promise<void>;
  /** Has somebody come by their provider again. @throws as `signIn` */
  continueFor(personId: string, call: Call): Promise<void>;
  /** Until when the word of a provider holds that cannot be asked, in milliseconds since 1970. */
  vouchedUntil(personId: string): number | null;
}

interface IdentityOptions {
  readonly context: RuntimeContext;
  readonly sessions: Sessions;
  readonly authorities: Authorities;
  readonly policy: PolicyKeeper;
  readonly hasher: PasswordHasher;
  /** The model that the tenant has chosen. */
  readonly chosenModel: () => Promise<ModelId>;
  readonly external: ExternalPasswords;
  readonly browser: BrowserSignIns;
  readonly random: RandomSource;
  readonly common: CommonPasswords;
}

/** Who the people of the tenant are, and their signing in. */
export interface Identity {
  readonly handlers: Handlers<Pick<typeof tenantContract, 'identity' | 'users' | 'account'>>;
  /** Begins the session of a person who has just set their password; what else is demanded of them they are asked for. */
  enter(personId: string, call: Call): Promise<TenantSession>;
  /** The second factors of a person. */
  factorsOf(personId: string): Promise<Pick<SecondFactors, 'factors' | 'recoveryCodesLeft'>>;
}

export function createIdentity(options: IdentityOptions): Identity {
  const { context, sessions, authorities, policy, hasher, chosenModel, external, browser } = options;
  const { store, clock, cipher, newId } = context;
  const accounts = createMemberAccounts(store);
  const place = (id: string) => ({ table: 'second_factors', column: 'sealed_secret', row: id });
  const credentials = createCredentials({
    ...options,
    who: 'user',
    issuer: () => context.entitlements().name,
    store,
    clock,
    newId,
    guard: createSignInGuard({ store, clock, nameOf: (subject) => cipher.keyedHash(subject) }),
    accounts,
    provePassword,
    keepsPassword: async ({ email }) => !(await external.keeps(email)),
    vouchedElsewhere: async ({ id, email }) => (await external.keeps(email)) || browser.isWayOf(id),
    secrets: {
      seal: (id, text) => cipher.seal(place(id), text),
      open: (id, sealed) => cipher.open(place(id), sealed),
      hash: (text) => cipher.keyedHash(text),
    },
    // The database is encrypted and authenticated page by page: a row needs no seal of its own.
    factorRows: {
      macOf: () => '',
      require: (row) => row,
      write: (_added, write) => store.write(write),
    },
  });

  async function findUser(id: string): Promise<SqlRow> {
    const [row] = await store.read('SELECT * FROM users WHERE id = ?', [id]);
    if (!row) throw new ConsoleError('NOT_SIGNED_IN');
    return row;
  }

  function face(): TenantSession['tenant'] {
    const { name, domain } = context.entitlements();
    return { id: context.tenantId, name, domain };
  }

  /** The account that e-mail and password open, as it is now. */
  async function provePassword(
    email: string,
    password: string,
    account: Account | null,
  ): Promise<ProvenPassword> {
    const verdict = await external.verify(email, password);
    const isLocal = verdict.kind === 'local' && account?.isActive === true;
    // Hashed for whoever it is, so that the time does not tell whose password it would be.
    const matches = await hasher.verify(password, isLocal ? account.password : null);
    if (verdict.kind === 'refused') return { account: null, detail: { directory: verdict.at } };
    if (verdict.kind === 'admitted') return { account: await accounts.byId(verdict.personId), detail: {} };
    return { account: matches ? account : null, detail: {} };
  }

  async function begun(session: Session): Promise<TenantSession> {
    const user = userFrom(await findUser(session.personId));
    const { expiresAt, needs } = session;
    const { permissions } = await authorities.of(session);
    const { idleMinutes } = policy.current().sessions;
    return {
      tenant: face(),
      user,
      role: user.role,
      permissions: [...permissions],
      expiresAt,
      needs,
      byBrowser: await browser.isWayOf(session.personId),
      vouchedUntil: browser.vouchedUntil(user.id),
      idleMinutes,
    };
  }

  const handlers: Identity['handlers'] = {
    account: credentials.handlers,
    identity: {
      async signIn(input, call) {
        return begun((await credentials.signIn.withPassword(input, call)).session);
      },

      askPasskey: async (_input, call) => credentials.askAnybody(call),

      async signInByPasskey({ answer }, call) {
        return begun((await credentials.signIn.withPasskey(answer, call)).session);
      },

      signOnChoices: () => browser.choices(),

      async signInByBrowser({ provider }, call) {
        const { personId, extras } = await browser.signIn(provider, call);
        const account = await accounts.byId(personId);
        if (!account?.isActive) throw new ConsoleError('NOT_SIGNED_IN');
        return begun(await credentials.signIn.begin(account, call, null, false, extras));
      },

      async stepUpByBrowser(_input, call) {
        const { id, sessionId } = actorOf(call);
        await browser.prove(id, call);
        await sessions.prove(sessionId, call.event({ target: sessionId, detail: { proof: 'browser' } }));
        return {};
      },

      async continueByBrowser(_input, call) {
        const { id, sessionId } = actorOf(call);
        await browser.continueFor(id, call);
        await store.write({ events: [call.event({ target: sessionId })] });
        return {};
      },

      async signOut({ reason }, call) {
        const actor = actorOf(call);
        if (actor.role === 'operator') {
          throw new ConsoleError('NOT_ALLOWED', { reason: 'An operator signs out of the installation.' });
        }
        const event = call.event({ target: actor.sessionId, detail: { reason } });
        await sessions.end(actor.sessionId, event, reason);
        call.issueCredential(null);
        return {};
      },

      async stepUp(proof, call) {
        await credentials.signIn.stepUp(proof, call);
        return {};
      },

      async current(_input, call) {
        const { id, role, permissions, expiresAt, needs } = actorOf(call);
        const row = role === 'operator' ? null : await findUser(id);
        const { idleMinutes } = policy.current().sessions;
        return {
          tenant: face(),
          user: row ? userFrom(row) : null,
          role,
          permissions: [...permissions],
          expiresAt,
          needs,
          byBrowser: row !== null && (await browser.isWayOf(id)),
          vouchedUntil: row ? browser.vouchedUntil(id) : null,
          idleMinutes,
        };
      },

      async standing() {
        const { state, residency } = context.entitlements();
        return { state, health: store.health, residency, model: await chosenModel() };
      },
    },
    users: {
      async list() {
        const people = await store.read(
          "SELECT * FROM users WHERE kind = 'person' ORDER BY name, id LIMIT 1000",
        );
        return people.map(userFrom);
      },
    },
  };

  return {
    handlers,
    async factorsOf(personId) {
      const { factors } = credentials;
      return {
        factors: await factors.of(personId),
        recoveryCodesLeft: await factors.codesLeft(personId),
      };
    },
    async enter(personId, call) {
      const account = await accounts.byId(personId);
      if (!account?.isActive) throw new ConsoleError('NOT_SIGNED_IN');
      return begun(await credentials.signIn.begin(account, call, null, true));
    },
  };
}

function userFrom(row: SqlRow): User {
  return {
    id: String(row.id),
    name: String(row.name),
    email: String(row.email),
    role: row.role as TenantRole,
    state: AccountState.parse(row.state),
    createdAt: Number(row.created_at),
    lastSeenAt: row.last_seen_at === null ? null : Number(row.last_seen_at),
  };
}
