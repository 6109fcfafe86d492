import { type BreakGlassGrant, ConsoleError, type tenantContract } from '../../../contract';
import { actorOf, type Call, type Handlers } from '../../door';
import type { Approvals } from '../../mechanism/approvals';
import { bulkInsert } from '../../mechanism/store';
import type { SqlRow, Statement } from '../../ports';
import type { EveryConversation } from '../assistant';
import type { RuntimeContext } from '../context';
import type { Administrators } from '../people';

const MINUTE_MS = 60_000;
const MOST_SHOWN = 200;

const INSERT = bulkInsert('break_glass_grants', ['id', 'operator_id', 'reason', 'begun_at', 'expires_at']);

interface BreakGlassOptions {
  readonly approvals: Approvals;
  readonly conversations: EveryConversation;
  readonly administrators: Administrators;
  /** Takes second factors and recovery codes from somebody who has any. */
  readonly resetSecondFactor: (input: { personId: string; reason: string }, call: Call) => Promise<unknown>;
}

/**
 * How an operator reads the conversations of a tenant: only under a grant of their own, for a while, with an event
 * that names the grant before each look, and helps an administrator who cannot get in. The tenant sees the grant and
 * can end it.
 */
export function createBreakGlass(
  context: RuntimeContext,
  { approvals, conversations, administrators, resetSecondFactor }: BreakGlassOptions,
): Handlers<(typeof tenantContract)['breakGlass']> {
  const { store, clock, newId, names } = context;
  /** When a grant ends by the clock that cannot be set, in monotonic milliseconds. */
  const deadlines = new Map<string, number>();

  /** A clock that stands before the beginning of a grant was turned back, and prolongs nothing. */
  function isActive(row: SqlRow): boolean {
    const now = clock.now();
    const deadline = deadlines.get(String(row.id)) ?? Number.POSITIVE_INFINITY;
    return (
      row.ended_at === null &&
      now >= Number(row.begun_at) &&
      now < Number(row.expires_at) &&
      clock.monotonic() < deadline
    );
  }

  async function shown(rows: readonly SqlRow[]): Promise<BreakGlassGrant[]> {
    const people = rows.flatMap(({ operator_id, ended_by }) => [operator_id, ended_by ?? operator_id]);
    const nameOf = await names.of(people.map(String));
    return rows.map((row) => grantFrom(row, nameOf));
  }

  function grantFrom(row: SqlRow, nameOf: (id: string) => string): BreakGlassGrant {
    return {
      id: String(row.id),
      operator: { id: String(row.operator_id), name: nameOf(String(row.operator_id)) },
      reason: String(row.reason),
      begunAt: Number(row.begun_at),
      expiresAt: Number(row.expires_at),
      endedAt: row.ended_at === null ? null : Number(row.ended_at),
      endedBy: row.ended_by === null ? null : nameOf(String(row.ended_by)),
      active: isActive(row),
      views: Number(row.views),
    };
  }

  async function showOne(id: string): Promise<BreakGlassGrant> {
    const [grant] = await shown([await find(id)]);
    if (!grant) throw new ConsoleError('NOT_FOUND');
    return grant;
  }

  async function find(id: string): Promise<SqlRow> {
    const [row] = await store.read('SELECT * FROM break_glass_grants WHERE id = ?', [id]);
    if (!row) throw new ConsoleError('NOT_FOUND');
    return row;
  }

  /** @throws ConsoleError BREAK_GLASS_REQUIRED, after an event that says that it was refused */
  async function requireActive(grant: string, target: string | null, call: Call): Promise<SqlRow> {
    const [row] = await store.read('SELECT * FROM break_glass_grants WHERE id = ? AND operator_id = ?', [
      grant,
      actorOf(call).id,
    ]);
    if (!row || !isActive(row)) {
      await store.write({ events: [call.event({ target, outcome: 'refused', detail: { grant } })] });
      throw new ConsoleError('BREAK_GLASS_REQUIRED', {
        reason: 'There is no grant of yours that is in force: it has ended, or was never given.',
      });
    }
    call.actUnder({ grant });
    return row;
  }

  /**
   * Keeps the event of a look before anything is looked at. A grant that ends in the same moment fails its guard.
   * @throws ConsoleError BREAK_GLASS_REQUIRED, after an event that says that it was refused
   */
  async function look(grant: string, target: string | null, call: Call): Promise<void> {
    await requireActive(grant, target, call);
    await store.write({
      statements: [countView(grant)],
      events: [call.event({ target })],
    });
  }

  return {
    async begin({ reason, minutes }, call) {
      const { id: operatorId, role } = actorOf(call);
      const consent = await approvals.require('break-glass', { id: operatorId, role });
      call.actUnder({ approval: consent.id });
      const id = newId();
      const now = clock.now();
      await store.write({
        rows: [{ into: INSERT, rows: [[id, operatorId, reason, now, now + minutes * MINUTE_MS]] }],
        statements: consent.statements,
        events: [call.event({ target: id, detail: { minutes } })],
      });
      deadlines.set(id, clock.monotonic() + minutes * MINUTE_MS);
      return showOne(id);
    },

    async end({ id }, call) {
      const actor = actorOf(call);
      const row = await find(id);
      if (!isActive(row)) throw new ConsoleError('CONFLICT', { reason: 'The grant has ended already.' });
      await store.write({
        statements: [
          {
            sql: 'UPDATE break_glass_grants SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL',
            params: [clock.now(), actor.id, id],
            expect: 1,
          },
        ],
        events: [call.event({ target: id, detail: { views: Number(row.views) } })],
      });
      return showOne(id);
    },

    async list() {
      const rows = await store.read(
        'SELECT * FROM break_glass_grants ORDER BY begun_at DESC, id DESC LIMIT ?',
        [MOST_SHOWN],
      );
      return shown(rows);
    },

    async current() {
      const rows = await store.read(
        'SELECT * FROM break_glass_grants WHERE ended_at IS NULL AND expires_at > ? ORDER BY begun_at',
        [clock.now()],
      );
      const active = rows.filter(isActive);
      return (await shown(active)).map(({ id, operator, begunAt, expiresAt }) => ({
        id,
        operator,
        begunAt,
        expiresAt,
      }));
    },

    async conversations({ grant, limit, cursor }, call) {
      await look(grant, null, call);
      const { conversations: found, next } = await conversations.page(limit, cursor);
      const nameOf = await names.of(found.map(({ ownerId }) => ownerId));
      return {
        conversations: found.map(({ conversation, ownerId }) => ({
          ...conversation,
          owner: nameOf(ownerId),
        })),
        next,
      };
    },

    async read({ grant, id }, call) {
      await look(grant, id, call);
      return conversations.read(id);
    },

    async administrators({ grant }, call) {
      await look(grant, null, call);
      return administrators.list();
    },

    async recoverAdministrator({ grant, id, resetSecondFactor: reset }, call) {
      const row = await requireActive(grant, id, call);
      const known = (await administrators.list()).find((each) => each.id === id);
      if (!known) throw new ConsoleError('NOT_FOUND');
      const reason = String(row.reason);
      if (reset && known.hasSecondFactor) await resetSecondFactor({ personId: id, reason }, call);
      const detail = { secondFactor: reset ? 'reset' : 'kept' };
      return administrators.giveCode(id, actorOf(call), {
        statements: [countView(grant)],
        events: [call.event({ target: id, detail })],
      });
    },
  };
}

/** Counts a look; fails when the grant has been ended meanwhile. */
function countView(grant: string): Statement {
  return {
    sql: 'UPDATE break_glass_grants SET views = views + 1 WHERE id = ? AND ended_at IS NULL',
    params: [grant],
    expect: 1,
  };
}
