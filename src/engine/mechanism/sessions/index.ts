import {
  ACCESS_TOKEN_MINUTES,
  ConsoleError,
  GRANTS,
  type Permission,
  type Role,
  type SessionPolicy,
  type SignInNeed,
} from '../../../contract';
import {
  type Clock,
  type Log,
  type RandomSource,
  type SqlRow,
  type Statement,
  StoreError,
} from '../../ports';
import { type AuditDraft, NOWHERE } from '../chain';
import type { NewId } from '../ids';
import { bulkInsert, type Rows, type Store, type Write } from '../store';
import { joinCredential, type RefreshSeal, refreshHash, type TokenClaims, type TokenKeys } from '../tokens';

const MINUTE_MS = 60_000;
/** A sign-in that is not finished within this time of standing still is none. */
const UNFINISHED_MS = 15 * MINUTE_MS;
/** How old the time of last use on the disk may be. */
const TOUCH_MS = MINUTE_MS;
/** Above it those that are over leave the memory. */
const MOST_LIVING = 10_000;
/** A list shows so many. */
const MOST_LISTED = 1_000;

/** A session that is alive. */
export interface Session {
  readonly id: string;
  readonly personId: string;
  readonly role: Role;
  readonly expiresAt: number;
  /**
   * Milliseconds since the person last proved who they are: at sign-in, or again since. Infinite when the proof is
   * older than the engine's run.
   */
  readonly provenAgoMs: number;
  /** What the sign-in still waits for; until then it opens next to nothing. */
  readonly needs: SignInNeed | null;
  /** What of the role's permissions it is confined to; `null` for all. */
  readonly scopes: readonly Permission[] | null;
  /** How the API key begins that stands for it; `null` for a session of a person. */
  readonly keyPrefix: string | null;
  /** Aborts when the session ends, so that what it watches ends too. */
  readonly ended: AbortSignal;
}

interface Kept {
  readonly id: string;
  readonly personId: string;
  readonly role: Role;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Monotonic milliseconds of its beginning: a clock that is set back does not prolong it. */
  readonly began: number;
  readonly end: AbortController;
  needs: SignInNeed | null;
  /** Monotonic milliseconds, as all below. */
  lastUsed: number;
  touched: number;
  provenAt: number;
}

/** The schema both kinds of store include. */
export const SESSIONS_SCHEMA: readonly string[] = [
  `CREATE TABLE sessions (
     id TEXT PRIMARY KEY,
     person_id TEXT NOT NULL,
     role TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     expires_at INTEGER NOT NULL,
     ended_at INTEGER
   ) STRICT`,
];

/** What joins the table in both kinds of store. */
export const SESSIONS_MANAGED_SCHEMA: readonly string[] = [
  'ALTER TABLE sessions ADD COLUMN needs TEXT',
  'ALTER TABLE sessions ADD COLUMN source TEXT',
  'ALTER TABLE sessions ADD COLUMN last_used_at INTEGER',
  'ALTER TABLE sessions ADD COLUMN end_reason TEXT',
  'CREATE INDEX sessions_of_person ON sessions (person_id)',
  'CREATE INDEX sessions_alive ON sessions (expires_at) WHERE ended_at IS NULL',
];

/** What renews the tokens of a session; only the newest refresh secret is good, and only its hash is kept. */
export const SESSIONS_REFRESH_SCHEMA: readonly string[] = [
  'ALTER TABLE sessions ADD COLUMN refresh_hash TEXT',
];

const INSERT = bulkInsert('sessions', [
  'id',
  'person_id',
  'role',
  'created_at',
  'expires_at',
  'ended_at',
  'needs',
  'source',
  'last_used_at',
  'refresh_hash',
]);

interface SessionsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: NewId;
  readonly random: RandomSource;
  readonly tokens: Pick<TokenKeys, 'tid' | 'sign' | 'verify'>;
  readonly refreshSeal: RefreshSeal;
  /** The first part of audit events. */
  readonly who: 'user' | 'operator';
  /** How long sessions live now; a shorter time holds for those that have begun too. */
  readonly limits: () => SessionPolicy;
}

/** What others write with the beginning of a session. */
export interface SessionExtras {
  readonly statements: readonly Statement[];
  readonly rowsOf: (sessionId: string) => readonly Rows[];
  /** When the session ends at the latest, in milliseconds since 1970. */
  readonly until?: number | null;
}

/** What goes with the beginning of a session. */
export interface Beginning {
  readonly needs?: SignInNeed | null;
  readonly source?: string;
  /** Written in the same transaction. */
  readonly rows?: readonly Rows[];
  readonly statements?: readonly Statement[];
  readonly extras?: SessionExtras | undefined;
}

/** A session as a list shows it. */
export interface ListedSession {
  readonly id: string;
  readonly personId: string;
  readonly role: Role;
  readonly source: string | null;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
  readonly complete: boolean;
}

/** Sessions of one store: begun at sign-in, carried by a signed token, ended by a person or by time. */
export interface Sessions {
  /**
   * Begins a session in the same transaction as the given event.
   * @returns access token and refresh secret for the transport to keep; they are never shown to the window
   */
  begin(
    person: { id: string; role: Role },
    event: (session: Session) => AuditDraft,
    beginning?: Beginning,
  ): Promise<{ session: Session; token: string }>;
  /**
   * Gives a new access token and a new refresh secret for the newest refresh secret of a living session. One that was
   * used before was stolen, or its owner's was: the session ends (RFC 9700, 4.14.2).
   * @throws ConsoleError NOT_SIGNED_IN
   */
  renew(refresh: string, source: string): Promise<string>;
  /** @throws ConsoleError NOT_SIGNED_IN */
  authenticate(token: string | null): Promise<Session>;
  /**
   * Writes, and takes note that the person of a session has just proved again who they are.
   * @throws ConsoleError NOT_SIGNED_IN when the session has ended meanwhile
   */
  prove(sessionId: string, event: AuditDraft, statements?: readonly Statement[]): Promise<void>;
  /** Writes, and goes on to what a sign-in needs next; `null` finishes it. */
  advance(sessionId: string, needs: SignInNeed | null, write: Write): Promise<void>;
  end(sessionId: string, event: AuditDraft, reason?: string): Promise<void>;
  /** @throws ConsoleError NOT_FOUND when there is no such living session, or it is not of that person */
  revoke(session: { id: string; personId?: string }, event: AuditDraft, reason: string): Promise<void>;
  /** Those that are alive, of one person or of everybody, newest first. */
  list(personId: string | null): Promise<ListedSession[]>;
  /** The write that ends all sessions of a person but one; apply it with {@link Sessions.forget}. */
  endAllOf(personId: string, reason?: string, exceptId?: string): readonly Statement[];
  forget(personId: string, exceptId?: string): void;
  close(): void;
}

export function createSessions(options: SessionsOptions): Sessions {
  const { store, clock, log, newId, random, tokens, refreshSeal, who, limits } = options;
  const { tid } = tokens;
  const living = new Map<string, Kept>();
  let endings = 0;
  const stopSweeping = clock.every(MINUTE_MS, sweep);

  function isOver(session: Kept): boolean {
    const { idleMinutes, absoluteMinutes } = limits();
    const now = clock.monotonic();
    const idle = idleMinutes * MINUTE_MS;
    return (
      session.expiresAt <= clock.now() ||
      now - session.began >= absoluteMinutes * MINUTE_MS ||
      now - session.lastUsed > (session.needs ? Math.min(idle, UNFINISHED_MS) : idle)
    );
  }

  /** What a session that is over still watches ends with it. */
  function sweep(): void {
    for (const session of living.values()) if (isOver(session)) session.end.abort();
  }

  /** One that was idle for too long stays known until its end, so that it is not read back to life. */
  function keep(session: Kept): void {
    if (living.size >= MOST_LIVING) {
      for (const { id, expiresAt } of living.values()) if (expiresAt <= clock.now()) living.delete(id);
    }
    living.set(session.id, session);
  }

  function drop(session: Kept): void {
    living.delete(session.id);
    session.end.abort();
  }

  async function load(claims: Pick<TokenClaims, 'jti'>): Promise<Kept> {
    const before = endings;
    const [row] = await store.read('SELECT * FROM sessions WHERE id = ? AND ended_at IS NULL', [claims.jti]);
    if (!row) throw new ConsoleError('NOT_SIGNED_IN');
    // One that was ended while it was read must not come back to life.
    if (endings !== before) return load(claims);
    const known = living.get(claims.jti);
    if (known) return known;
    const session = keptFrom(row, clock);
    keep(session);
    return session;
  }

  /** Keeps the time of last use on the disk, coarsely, so that a restart does not grant the idle time anew. */
  function touch(session: Kept): void {
    const now = clock.monotonic();
    session.lastUsed = now;
    if (now - session.touched < TOUCH_MS) return;
    session.touched = now;
    const sql = 'UPDATE sessions SET last_used_at = ? WHERE id = ?';
    const write: Write = {
      statements: [{ sql, params: [clock.now(), session.id] }],
      events: [],
      housekeeping: true,
      patient: true,
    };
    store.write(write).catch((problem: unknown) => {
      if (!store.isClosed) log.error('the last use of a session was not kept', problem);
    });
  }

  function shown(session: Kept): Session {
    const { id, personId, role, expiresAt, createdAt, provenAt, needs, end } = session;
    return {
      id,
      personId,
      role,
      expiresAt: Math.min(expiresAt, createdAt + limits().absoluteMinutes * MINUTE_MS),
      provenAgoMs: clock.monotonic() - provenAt,
      needs,
      scopes: null,
      keyPrefix: null,
      ended: end.signal,
    };
  }

  function accessOf({ id, personId, role, expiresAt }: Kept): Promise<string> {
    const end = Math.min(expiresAt, clock.now() + ACCESS_TOKEN_MINUTES * MINUTE_MS);
    return tokens.sign({
      sub: personId,
      role,
      permissions: [...GRANTS[role]],
      exp: Math.floor(end / 1000),
      jti: id,
    });
  }

  /** Puts a new refresh secret in the place of the one that is used. A full disk leaves the one there is. */
  async function rotate(session: Kept, refresh: string, source: string): Promise<string> {
    const next = refreshSeal.issue({ sessionId: session.id, tid }, random);
    const statement = {
      sql: 'UPDATE sessions SET refresh_hash = ? WHERE id = ? AND refresh_hash = ? AND ended_at IS NULL',
      params: [refreshHash(next), session.id, refreshHash(refresh)],
      expect: 1,
    };
    try {
      await store.write({ statements: [statement], events: [], housekeeping: true });
      return next;
    } catch (problem) {
      if (problem instanceof StoreError && problem.problem === 'guard') return endReplayed(session, source);
      if (!takesNoWrites(problem)) throw problem;
      const [row] = await store.read('SELECT refresh_hash FROM sessions WHERE id = ? AND ended_at IS NULL', [
        session.id,
      ]);
      if (row?.refresh_hash !== refreshHash(refresh)) throw new ConsoleError('NOT_SIGNED_IN', {}, problem);
      return refresh;
    }
  }

  async function endReplayed({ id, personId, role }: Kept, source: string): Promise<never> {
    const event: AuditDraft = {
      at: clock.now(),
      event: `${who}.refresh-replayed`,
      actor: `${role}:${personId}`,
      target: id,
      outcome: 'refused',
      detail: {},
      context: { ...NOWHERE, from: source, session: id },
    };
    await store.write({ statements: [ending('id = ?', 'refresh-replayed', [id])], events: [event] });
    forgetOne(id);
    throw new ConsoleError('NOT_SIGNED_IN', { reason: 'The session was ended: its secret was used twice.' });
  }

  function ending(where: string, reason: string, params: readonly string[]): Statement {
    const sql = `UPDATE sessions SET ended_at = ?, end_reason = ? WHERE ended_at IS NULL AND ${where}`;
    return { sql, params: [clock.now(), reason, ...params] };
  }

  function requireLiving(sessionId: string): Kept {
    const session = living.get(sessionId);
    if (!session) throw new ConsoleError('NOT_SIGNED_IN');
    return session;
  }

  function forgetOne(id: string): void {
    endings += 1;
    const session = living.get(id);
    if (session) drop(session);
  }

  return {
    async begin(person, event, { needs = null, source, rows = [], statements = [], extras } = {}) {
      const now = clock.now();
      const monotonic = clock.monotonic();
      const session: Kept = {
        id: newId(),
        personId: person.id,
        role: person.role,
        createdAt: now,
        expiresAt: Math.min(now + limits().absoluteMinutes * MINUTE_MS, extras?.until ?? Infinity),
        began: monotonic,
        end: new AbortController(),
        needs,
        lastUsed: monotonic,
        touched: monotonic,
        provenAt: monotonic,
      };
      const { id, expiresAt } = session;
      const refresh = refreshSeal.issue({ sessionId: id, tid }, random);
      const row = [
        id,
        person.id,
        person.role,
        now,
        expiresAt,
        null,
        needs,
        source ?? null,
        now,
        refreshHash(refresh),
      ];
      await store.write({
        rows: [...rows, { into: INSERT, rows: [row] }, ...(extras?.rowsOf(id) ?? [])],
        statements: [...statements, ...(extras?.statements ?? [])],
        events: [event(shown(session))],
      });
      keep(session);
      const token = joinCredential(await accessOf(session), refresh);
      return { session: shown(session), token };
    },

    async renew(refresh, source) {
      const claims = refreshSeal.check(refresh);
      if (claims?.tid !== tid) throw new ConsoleError('NOT_SIGNED_IN');
      const session = await load({ jti: claims.sessionId });
      if (isOver(session)) {
        session.end.abort();
        throw new ConsoleError('NOT_SIGNED_IN', { reason: 'The session was not used for too long.' });
      }
      const next = await rotate(session, refresh, source);
      return joinCredential(await accessOf(session), next);
    },

    async authenticate(token) {
      if (token === null) throw new ConsoleError('NOT_SIGNED_IN');
      const claims = await tokens.verify(token);
      const session = living.get(claims.jti) ?? (await load(claims));
      if (isOver(session)) {
        session.end.abort();
        throw new ConsoleError('NOT_SIGNED_IN', { reason: 'The session was not used for too long.' });
      }
      touch(session);
      return shown(session);
    },

    async prove(sessionId, event, statements = []) {
      await store.write({ statements, events: [event] });
      requireLiving(sessionId).provenAt = clock.monotonic();
    },

    async advance(sessionId, needs, write) {
      const sql = 'UPDATE sessions SET needs = ? WHERE id = ? AND ended_at IS NULL';
      const step = { sql, params: [needs, sessionId], expect: 1 };
      await store.write({ ...write, statements: [...(write.statements ?? []), step] });
      const session = requireLiving(sessionId);
      session.needs = needs;
      session.provenAt = clock.monotonic();
    },

    async end(sessionId, event, reason = 'signed-out') {
      await store.write({ statements: [ending('id = ?', reason, [sessionId])], events: [event] });
      forgetOne(sessionId);
    },

    async revoke({ id, personId }, event, reason) {
      const [row] = await store.read('SELECT person_id FROM sessions WHERE id = ? AND ended_at IS NULL', [
        id,
      ]);
      if (!row || (personId !== undefined && row.person_id !== personId)) throw new ConsoleError('NOT_FOUND');
      await store.write({ statements: [ending('id = ?', reason, [id])], events: [event] });
      forgetOne(id);
    },

    async list(personId) {
      const whose = personId === null ? '' : 'AND person_id = ?';
      const rows = await store.read(
        `SELECT * FROM sessions WHERE ended_at IS NULL AND expires_at > ? ${whose}
         ORDER BY created_at DESC, id LIMIT ?`,
        [clock.now(), ...(personId === null ? [] : [personId]), MOST_LISTED],
      );
      return rows.flatMap((row) => {
        const known = living.get(String(row.id)) ?? keptFrom(row, clock);
        if (isOver(known)) return [];
        return [
          {
            id: known.id,
            personId: known.personId,
            role: known.role,
            source: row.source === null ? null : String(row.source),
            createdAt: known.createdAt,
            lastUsedAt: Math.round(clock.now() - (clock.monotonic() - known.lastUsed)),
            expiresAt: shown(known).expiresAt,
            complete: known.needs === null,
          },
        ];
      });
    },

    endAllOf(personId, reason = 'account-changed', exceptId) {
      if (exceptId === undefined) return [ending('person_id = ?', reason, [personId])];
      return [ending('person_id = ? AND id <> ?', reason, [personId, exceptId])];
    },

    forget(personId, exceptId) {
      endings += 1;
      for (const session of living.values())
        if (session.personId === personId && session.id !== exceptId) drop(session);
    },

    // What is watched ends with its store, not with the session: the window joins again and is still signed in.
    close: stopSweeping,
  };
}

/** Whether nothing can be written now, which must not keep anybody from freeing the disk. */
function takesNoWrites(problem: unknown): boolean {
  if (problem instanceof StoreError) return problem.problem === 'full' || problem.problem === 'read-only';
  return problem instanceof ConsoleError && problem.code === 'READ_ONLY';
}

/** As it is read back: what passed since is told by the wall clock, but never counts as less than nothing. */
function keptFrom(row: SqlRow, clock: Clock): Kept {
  const now = clock.monotonic();
  const createdAt = Number(row.created_at);
  const since = (at: number) => Math.max(0, clock.now() - at);
  const used = since(Number(row.last_used_at ?? createdAt));
  return {
    id: String(row.id),
    personId: String(row.person_id),
    role: row.role as Role,
    createdAt,
    expiresAt: Number(row.expires_at),
    began: now - since(createdAt),
    end: new AbortController(),
    needs: row.needs === null ? null : (row.needs as SignInNeed),
    lastUsed: now - used,
    touched: now - used,
    provenAt: Number.NEGATIVE_INFINITY,
  };
}
