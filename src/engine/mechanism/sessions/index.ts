import { ConsoleError, GRANTS, type Role } from '../../../contract';
import type { Clock, SqlRow } from '../../ports';
import type { AuditDraft } from '../chain';
import type { NewId } from '../ids';
import { bulkInsert, type Store, type Write } from '../store';
import { createTokenVerifier, type SigningKey, signToken, type TokenClaims } from '../tokens';

const ABSOLUTE_MS = 12 * 3_600_000;
const IDLE_MS = 60 * 60_000;

/** A session that is alive. */
export interface Session {
  readonly id: string;
  readonly personId: string;
  readonly role: Role;
  readonly expiresAt: number;
}

interface Kept extends Session {
  lastUsed: number;
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
  end(sessionId: string, event: AuditDraft): Promise<void>;
  /** The write that ends all sessions of a person; apply it with {@link Sessions.forget}. */
  endAllOf(personId: string): Write['statements'];
  forget(personId: string): void;
}

export function createSessions(options: SessionsOptions): Sessions {
  const { store, clock, newId, signingKey, tid } = options;
  const verifier = createTokenVerifier(signingKey.publicKey, tid, clock);
  const living = new Map<string, Kept>();

  async function load(claims: TokenClaims): Promise<Kept> {
    const [row] = await store.read(
      'SELECT id, person_id, role, expires_at FROM sessions WHERE id = ? AND ended_at IS NULL',
      [claims.jti],
    );
    if (!row) throw new ConsoleError('NOT_SIGNED_IN');
    const session = keptFrom(row, clock.monotonic());
    living.set(session.id, session);
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
        lastUsed: clock.monotonic(),
      };
      const row = [session.id, person.id, person.role, now, session.expiresAt, null];
      await store.write({ rows: [{ into: INSERT, rows: [row] }], events: [event(session)] });
      living.set(session.id, session);
      const token = await signToken(signingKey, {
        sub: person.id,
        tid,
        role: person.role,
        permissions: [...GRANTS[person.role]],
        exp: Math.floor(session.expiresAt / 1000),
        jti: session.id,
      });
      return { session, token };
    },

    async authenticate(token) {
      if (token === null) throw new ConsoleError('NOT_SIGNED_IN');
      const claims = await verifier.verify(token);
      const session = living.get(claims.jti) ?? (await load(claims));
      const idle = clock.monotonic() - session.lastUsed;
      if (session.expiresAt <= clock.now() || idle > IDLE_MS) {
        living.delete(session.id);
        throw new ConsoleError('NOT_SIGNED_IN', { reason: 'The session was not used for too long.' });
      }
      session.lastUsed = clock.monotonic();
      return session;
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
      for (const session of living.values()) if (session.personId === personId) living.delete(session.id);
    },
  };
}

function keptFrom(row: SqlRow, lastUsed: number): Kept {
  return {
    id: String(row.id),
    personId: String(row.person_id),
    role: row.role as Role,
    expiresAt: Number(row.expires_at),
    lastUsed,
  };
}
