import { ConsoleError, GRANTS, type Role } from '../../../contract';
import type { Clock, SqlRow } from '../../ports';
import type { AuditDraft } from '../chain';
import type { NewId } from '../ids';
import { bulkInsert, type Store, type Write } from '../store';
import { createTokenVerifier, type SigningKey, signToken, type TokenClaims } from '../tokens';

const ABSOLUTE_MS = 12 * 3_600_000;
const IDLE_MS = 60 * 60_000;
/** Above it those that are over leave the memory. */
const MOST_LIVING = 10_000;

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
}

interface Kept extends Omit<Session, 'provenAgoMs'> {
  /** Monotonic milliseconds: a clock that is set back does not prolong it. */
  readonly ends: number;
  lastUsed: number;
  /** Monotonic milliseconds. */
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

const INSERT = bulkInsert('sessions', ['id', 'person_id', 'role', 'created_at', 'expires_at', 'ended_at']);

interface SessionsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly signingKey: SigningKey;
  /** The tenant's id, or `installation`. */
  readonly tid: string;
}

/** Sessions of one store: begun at sign-in, carried by a signed token, ended by a person or by time. */
export interface Sessions {
  /**
   * Begins a session in the same transaction as the given event.
   * @returns the token for the transport to keep; it is never shown to the window
   */
  begin(
    person: { id: string; role: Role },
    event: (session: Session) => AuditDraft,
  ): Promise<{ session: Session; token: string }>;
  /** @throws ConsoleError NOT_SIGNED_IN */
  authenticate(token: string | null): Promise<Session>;
  /**
   * Writes the event and takes note that the person of a session has just proved again who they are.
   * @throws ConsoleError NOT_SIGNED_IN when the session has ended meanwhile
   */
  prove(sessionId: string, event: AuditDraft): Promise<void>;
  end(sessionId: string, event: AuditDraft): Promise<void>;
  /** The write that ends all sessions of a person; apply it with {@link Sessions.forget}. */
  endAllOf(personId: string): Write['statements'];
  forget(personId: string): void;
}

export function createSessions(options: SessionsOptions): Sessions {
  const { store, clock, newId, signingKey, tid } = options;
  const verifier = createTokenVerifier(signingKey.publicKey, tid, clock);
  const living = new Map<string, Kept>();
  let endings = 0;

  /** One that was idle for too long stays known until its end, so that it is not read back to life. */
  function keep(session: Kept): void {
    if (living.size >= MOST_LIVING) {
      for (const { id, ends } of living.values()) if (ends <= clock.monotonic()) living.delete(id);
    }
    living.set(session.id, session);
  }

  async function load(claims: TokenClaims): Promise<Kept> {
    const before = endings;
    const [row] = await store.read(
      'SELECT id, person_id, role, expires_at FROM sessions WHERE id = ? AND ended_at IS NULL',
      [claims.jti],
    );
    if (!row) throw new ConsoleError('NOT_SIGNED_IN');
    // One that was ended while it was read must not come back to life.
    if (endings !== before) return load(claims);
    const session = keptFrom(row, clock);
    keep(session);
    return session;
  }

  return {
    async begin(person, event) {
      const now = clock.now();
      const session: Kept = {
        id: newId(),
        personId: person.id,
        role: person.role,
        expiresAt: now + ABSOLUTE_MS,
        ends: clock.monotonic() + ABSOLUTE_MS,
        lastUsed: clock.monotonic(),
        provenAt: clock.monotonic(),
      };
      const row = [session.id, person.id, person.role, now, session.expiresAt, null];
      await store.write({ rows: [{ into: INSERT, rows: [row] }], events: [event(shown(session, clock))] });
      keep(session);
      const token = await signToken(signingKey, {
        sub: person.id,
        tid,
        role: person.role,
        permissions: [...GRANTS[person.role]],
        exp: Math.floor(session.expiresAt / 1000),
        jti: session.id,
      });
      return { session: shown(session, clock), token };
    },

    async authenticate(token) {
      if (token === null) throw new ConsoleError('NOT_SIGNED_IN');
      const claims = await verifier.verify(token);
      const session = living.get(claims.jti) ?? (await load(claims));
      const idle = clock.monotonic() - session.lastUsed;
      if (session.expiresAt <= clock.now() || session.ends <= clock.monotonic() || idle > IDLE_MS) {
        throw new ConsoleError('NOT_SIGNED_IN', { reason: 'The session was not used for too long.' });
      }
      session.lastUsed = clock.monotonic();
      return shown(session, clock);
    },

    async prove(sessionId, event) {
      await store.write({ events: [event] });
      const session = living.get(sessionId);
      if (!session) throw new ConsoleError('NOT_SIGNED_IN');
      session.provenAt = clock.monotonic();
    },

    async end(sessionId, event) {
      await store.write({
        statements: [
          {
            sql: 'UPDATE sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL',
            params: [clock.now(), sessionId],
          },
        ],
        events: [event],
      });
      endings += 1;
      living.delete(sessionId);
    },

    endAllOf(personId) {
      return [
        {
          sql: 'UPDATE sessions SET ended_at = ? WHERE person_id = ? AND ended_at IS NULL',
          params: [clock.now(), personId],
        },
      ];
    },

    forget(personId) {
      endings += 1;
      for (const session of living.values()) if (session.personId === personId) living.delete(session.id);
    },
  };
}

function shown({ id, personId, role, expiresAt, provenAt }: Kept, clock: Clock): Session {
  return { id, personId, role, expiresAt, provenAgoMs: clock.monotonic() - provenAt };
}

function keptFrom(row: SqlRow, clock: Clock): Kept {
  const expiresAt = Number(row.expires_at);
  const now = clock.monotonic();
  return {
    id: String(row.id),
    personId: String(row.person_id),
    role: row.role as Role,
    expiresAt,
    ends: now + Math.min(expiresAt - clock.now(), ABSOLUTE_MS),
    lastUsed: now,
    provenAt: Number.NEGATIVE_INFINITY,
  };
}
