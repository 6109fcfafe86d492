import { createHash } from 'node:crypto';
import { z } from 'zod';
import { bulkInsert, type Rows } from '../../mechanism/store';
import { type Statement, StoreError } from '../../ports';
import type { RuntimeContext } from '../context';
import type { OidcProof } from './oidc';

const INSERT_LOGIN = bulkInsert('sso_logins', ['session_id', 'person_id', 'provider_id', 'sid']);
const INSERT_LOGOUT = bulkInsert('sso_logouts', ['id', 'until']);

const Proof = z.object({
  refreshToken: z.string().nullable(),
  accessToken: z.string(),
  accessUntil: z.number().nullable(),
});

/** Somebody of whom a provider can be asked again. */
export interface Provable {
  readonly personId: string;
  /** As it is kept, to tell whether it is still the same later. */
  readonly sealed: string | null;
  readonly session: string | null;
}

/** With what providers are asked again about people, and which of their sessions is which of ours. */
export interface Proofs {
  /** What is written with the beginning of a session. */
  ofLogin(
    personId: string,
    providerId: string,
    proof: OidcProof,
    session: string | null,
  ): { statements: readonly Statement[]; rowsOf: (sessionId: string) => readonly Rows[] };
  /** Those who work here now, by a session or a key, and are not disabled. */
  inUse(providerId: string): Promise<Provable[]>;
  of(personId: string): Promise<Provable | null>;
  open(provable: Provable): OidcProof | null;
  /** Keeps what the provider gave in place of a proof, unless another came meanwhile. */
  replace(provable: Provable, proof: OidcProof): Promise<void>;
  /** The statement that takes a proof away; it fails when another came meanwhile. */
  drop(provable: Provable): Statement;
  /** The sessions here that began with one of the provider's. */
  sessionsOf(providerId: string, session: string): Promise<{ sessionId: string; personId: string }[]>;
  /** Takes note of a logout token. @returns whether it was not used before */
  takeLogout(providerId: string, tokenId: string, until: number): Promise<boolean>;
}

const SELECT = `SELECT s.person_id, s.sealed_proof, s.proof_session FROM sso_people s
  JOIN users u ON u.id = s.person_id`;

export function createProofs({ store, cipher, clock }: RuntimeContext): Proofs {
  const place = (personId: string) => ({ table: 'sso_people', column: 'sealed_proof', row: personId });
  const seal = (personId: string, proof: OidcProof) => cipher.seal(place(personId), JSON.stringify(proof));

  return {
    ofLogin: (personId, providerId, proof, session) => ({
      statements: [
        {
          sql: 'UPDATE sso_people SET sealed_proof = ?, proof_session = ?, checked_at = ? WHERE person_id = ?',
          params: [seal(personId, proof), session, clock.now(), personId],
          expect: 1,
        },
        {
          sql: `DELETE FROM sso_logins WHERE session_id IN (
                  SELECT id FROM sessions WHERE ended_at IS NOT NULL OR expires_at < ?)`,
          params: [clock.now()],
        },
      ],
      rowsOf: (sessionId) => [{ into: INSERT_LOGIN, rows: [[sessionId, personId, providerId, session]] }],
    }),

    async inUse(providerId) {
      const rows = await store.read(
        `${SELECT} WHERE s.provider_id = ? AND u.state = 'active' AND s.checked_at > 0 AND (
           EXISTS (SELECT 1 FROM sessions x WHERE x.person_id = u.id AND x.ended_at IS NULL AND x.expires_at > ?)
           OR EXISTS (SELECT 1 FROM api_keys k WHERE k.owner_id = u.id AND k.revoked_at IS NULL AND k.expires_at > ?))`,
        [providerId, clock.now(), clock.now()],
      );
      return rows.map(provableFrom);
    },

    async of(personId) {
      const [row] = await store.read(`${SELECT} WHERE s.person_id = ?`, [personId]);
      return row ? provableFrom(row) : null;
    },

    open: ({ personId, sealed }) =>
      sealed === null ? null : Proof.parse(JSON.parse(cipher.open(place(personId), sealed))),

    async replace({ personId, sealed }, proof) {
      await store.write({
        statements: [
          {
            sql: 'UPDATE sso_people SET sealed_proof = ? WHERE person_id = ? AND sealed_proof IS ?',
            params: [seal(personId, proof), personId, sealed],
          },
        ],
        events: [],
        housekeeping: true,
      });
    },

    drop: ({ personId, sealed }) => ({
      sql: `UPDATE sso_people SET sealed_proof = NULL, proof_session = NULL, checked_at = 0
            WHERE person_id = ? AND sealed_proof IS ?`,
      params: [personId, sealed],
      expect: 1,
    }),

    async sessionsOf(providerId, session) {
      const rows = await store.read(
        `SELECT l.session_id, l.person_id FROM sso_logins l JOIN sessions x ON x.id = l.session_id
         WHERE l.provider_id = ? AND l.sid = ? AND x.ended_at IS NULL`,
        [providerId, session],
      );
      return rows.map((row) => ({ sessionId: String(row.session_id), personId: String(row.person_id) }));
    },

    async takeLogout(providerId, tokenId, until) {
      const id = createHash('sha256')
        .update(JSON.stringify([providerId, tokenId]))
        .digest('hex');
      try {
        await store.write({
          statements: [{ sql: 'DELETE FROM sso_logouts WHERE until < ?', params: [clock.now()] }],
          rows: [{ into: INSERT_LOGOUT, rows: [[id, until]] }],
          events: [],
          housekeeping: true,
        });
        return true;
      } catch (problem) {
        if (problem instanceof StoreError && problem.problem === 'constraint') return false;
        throw problem;
      }
    },
  };
}

function provableFrom(row: Readonly<Record<string, unknown>>): Provable {
  return {
    personId: String(row.person_id),
    sealed: row.sealed_proof === null ? null : String(row.sealed_proof),
    session: row.proof_session === null ? null : String(row.proof_session),
  };
}
