import { ApprovalAct, ConsoleError } from '../../../contract';
import type { Clock, SqlRow, Statement } from '../../ports';
import type { NewId } from '../ids';
import { bulkInsert, type Rows, type Store } from '../store';

const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = 24;

/** The tables of a store whose acts may take the word of a second person. */
export const APPROVALS_SCHEMA: readonly string[] = [
  `CREATE TABLE approval_policy (
     act TEXT PRIMARY KEY,
     hours INTEGER NOT NULL
   ) STRICT`,
  `CREATE TABLE approvals (
     id TEXT PRIMARY KEY,
     act TEXT NOT NULL,
     reason TEXT NOT NULL,
     requested_by TEXT NOT NULL,
     requested_role TEXT NOT NULL,
     requested_at INTEGER NOT NULL,
     expires_at INTEGER NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'used')),
     decided_by TEXT CHECK (decided_by <> requested_by),
     decided_at INTEGER
   ) STRICT`,
  'CREATE INDEX approvals_of_requester ON approvals (requested_by, act, requested_at DESC)',
];

const INSERT = bulkInsert('approvals', [
  'id',
  'act',
  'reason',
  'requested_by',
  'requested_role',
  'requested_at',
  'expires_at',
  'state',
]);

/** Somebody who asks, decides or acts. */
export interface ApprovalPerson {
  readonly id: string;
  readonly role: string;
}

/** What an act needs besides its own write: the word that it uses up, in the same transaction. */
export interface Approved {
  /** The request whose word is used; `null` where the tenant demands none. */
  readonly id: string | null;
  /** Guarded: whoever comes second with the same word fails with `guard`. */
  readonly statements: readonly Statement[];
}

/** Two persons for one act: one asks, somebody else gives their word, and it is used once. */
export interface Approvals {
  policy(): Promise<{ acts: ApprovalAct[]; hours: number }>;
  /** The statements that make a policy the new one. */
  policyStatements(acts: readonly ApprovalAct[], hours: number): Statement[];
  /** A new request: its id and its row. */
  ask(act: ApprovalAct, reason: string, person: ApprovalPerson): Promise<{ id: string; rows: Rows }>;
  /**
   * The statement that decides a request.
   * @throws ConsoleError NOT_FOUND, NOT_ALLOWED for the own request, CONFLICT when it is decided or over
   */
  decision(id: string, approve: boolean, person: ApprovalPerson): Promise<Statement>;
  /**
   * What an act takes. To be called by every act that a tenant may put under a second person; its statements belong
   * into the transaction of the act.
   * @throws ConsoleError APPROVAL_REQUIRED saying where it stands
   */
  require(act: ApprovalAct, person: ApprovalPerson): Promise<Approved>;
}

/** Whether a request is over. A clock that stands before its beginning was turned back and prolongs nothing. */
export function isOver(row: SqlRow, now: number): boolean {
  return now < Number(row.requested_at) || now >= Number(row.expires_at);
}

export function createApprovals(store: Store, clock: Clock, newId: NewId): Approvals {
  async function policy() {
    const rows = await store.read('SELECT act, hours FROM approval_policy ORDER BY act');
    const acts = rows.map(({ act }) => ApprovalAct.parse(act));
    return { acts, hours: Number(rows[0]?.hours ?? DEFAULT_HOURS) };
  }

  function refuse(row: SqlRow | undefined): ConsoleError {
    const isOpen = row !== undefined && row.state === 'pending' && !isOver(row, clock.now());
    const reason = isOpen
      ? 'It was asked for, and nobody else has given their word yet.'
      : 'Nobody has given their word to this, or what was given is used up or over.';
    return new ConsoleError('APPROVAL_REQUIRED', { reason });
  }

  return {
    policy,

    policyStatements(acts, hours) {
      const inserts = [...new Set(acts)].map((act) => ({
        sql: 'INSERT INTO approval_policy (act, hours) VALUES (?, ?)',
        params: [act, hours],
      }));
      return [{ sql: 'DELETE FROM approval_policy', params: [] }, ...inserts];
    },

    async ask(act, reason, { id: personId, role }) {
      const { hours } = await policy();
      const id = newId();
      const now = clock.now();
      const row = [id, act, reason, personId, role, now, now + hours * HOUR_MS, 'pending'];
      return { id, rows: { into: INSERT, rows: [row] } };
    },

    async decision(id, approve, person) {
      const [row] = await store.read('SELECT * FROM approvals WHERE id = ?', [id]);
      if (!row) throw new ConsoleError('NOT_FOUND');
      if (row.requested_by === person.id) {
        throw new ConsoleError('NOT_ALLOWED', { reason: 'Nobody gives their word to their own request.' });
      }
      if (row.state !== 'pending' || isOver(row, clock.now())) {
        throw new ConsoleError('CONFLICT', {
          reason: 'The request is decided already, or its time is over.',
        });
      }
      return {
        sql: `UPDATE approvals SET state = ?, decided_by = ?, decided_at = ?
              WHERE id = ? AND state = 'pending' AND requested_by <> ?`,
        params: [approve ? 'approved' : 'denied', person.id, clock.now(), id, person.id],
        expect: 1,
      };
    },

    async require(act, person) {
      const { acts } = await policy();
      if (!acts.includes(act)) return { id: null, statements: [] };
      const rows = await store.read(
        `SELECT * FROM approvals WHERE requested_by = ? AND act = ? AND state IN ('pending', 'approved')
         ORDER BY state = 'approved' DESC, requested_at DESC`,
        [person.id, act],
      );
      const given = rows.find((row) => row.state === 'approved' && !isOver(row, clock.now()));
      if (!given) throw refuse(rows.find((row) => row.state === 'pending'));
      const statement = {
        sql: `UPDATE approvals SET state = 'used' WHERE id = ? AND state = 'approved' AND requested_by = ? AND act = ?`,
        params: [String(given.id), person.id, act],
        expect: 1,
      };
      return { id: String(given.id), statements: [statement] };
    },
  };
}
