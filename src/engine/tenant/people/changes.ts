import { ConsoleError, type PeopleChange, type tenantContract } from '../../../contract';
import { actorOf, type Call, type Handlers } from '../../door';
import type { Sessions } from '../../mechanism/sessions';
import { type Statement, StoreError } from '../../ports';
import { type AccessPeople, AN_ADMINISTRATOR_STAYS } from '../access';
import type { ApiKeys } from '../apiKeys';
import type { RuntimeContext } from '../context';
import { NO_PASSWORD } from '../identity';
import { type ChangePlan, planChange, type Subject } from './changePlan';

type ChangeHandlers = Pick<Handlers<(typeof tenantContract)['people']>, 'preview' | 'change'>;

interface ChangesOptions {
  readonly context: RuntimeContext;
  readonly access: AccessPeople;
  readonly sessions: Sessions;
  readonly apiKeys: Pick<ApiKeys, 'endAllOf'>;
}

/** The event that each person leaves. */
const EVENTS: Readonly<Record<PeopleChange['kind'], string>> = {
  role: 'person.role-changed',
  disable: 'person.disabled',
  enable: 'person.enabled',
  remove: 'person.removed',
};

const SUBJECTS = `SELECT users.id, sso_providers.name AS provider, sso_people.disabled_at,
    EXISTS (SELECT 1 FROM open_queries WHERE person_id = users.id) AS asking
  FROM users LEFT JOIN sso_people ON sso_people.person_id = users.id
    LEFT JOIN sso_providers ON sso_providers.id = sso_people.provider_id
  WHERE users.kind = 'person' AND users.id IN (SELECT value FROM json_each(?))`;

const ADMINISTRATORS =
  "SELECT id FROM users WHERE role = 'tenant-admin' AND state = 'active' AND kind = 'person'";

const LOSSES = `SELECT
    (SELECT count(*) FROM sessions WHERE ended_at IS NULL AND expires_at > ?
      AND person_id IN (SELECT value FROM json_each(?))) AS sessions,
    (SELECT count(*) FROM api_keys WHERE revoked_at IS NULL AND expires_at > ?
      AND owner_id IN (SELECT value FROM json_each(?))) AS api_keys,
    (SELECT count(*) FROM conversations WHERE owner_id IN (SELECT value FROM json_each(?))) AS conversations`;

/** What is done about one person or many: all of it in one transaction, or nothing. */
export function createChanges(options: ChangesOptions): ChangeHandlers {
  const { context, access, sessions, apiKeys } = options;
  const { store, clock } = context;

  /** @throws ConsoleError NOT_FOUND when one of them is not there, or is the account of a program */
  async function subjectsOf(ids: readonly string[]): Promise<Subject[]> {
    const rows = await store.read(SUBJECTS, [JSON.stringify(ids)]);
    const found = new Map(rows.map((row) => [String(row.id), row]));
    return Promise.all(
      [...new Set(ids)].map(async (id) => {
        const row = found.get(id);
        if (!row)
          throw new ConsoleError('NOT_FOUND', { reason: 'One of these people is not there any more.' });
        return {
          account: await access.require(id),
          provider: row.provider === null ? null : String(row.provider),
          byDirectory: row.disabled_at !== null,
          isAsking: Boolean(row.asking),
        };
      }),
    );
  }

  async function plan(
    { ids, change }: { ids: readonly string[]; change: PeopleChange },
    call: Call,
  ): Promise<ChangePlan> {
    const subjects = await subjectsOf(ids);
    const administrators = (await store.read(ADMINISTRATORS)).map(({ id }) => String(id));
    return planChange({ actor: actorOf(call), change, subjects, administrators });
  }

  async function lossesOf(change: PeopleChange, ids: readonly string[]) {
    const now = clock.now();
    const chosen = JSON.stringify(ids);
    const [row] = await store.read(LOSSES, [now, chosen, now, chosen, chosen]);
    const ends = change.kind === 'disable' || change.kind === 'remove';
    return {
      sessions: ends ? Number(row?.sessions) : 0,
      apiKeys: ends ? Number(row?.api_keys) : 0,
      conversations: change.kind === 'remove' ? Number(row?.conversations) : 0,
    };
  }

  return {
    async preview(input, call) {
      const { changes, unchanged, refusals, subjects } = await plan(input, call);
      const ids = subjects.map(({ account }) => account.id);
      return { changes, unchanged, refusals, ...(await lossesOf(input.change, ids)) };
    },

    async change({ reason, ...input }, call) {
      const { subjects, refusals } = await plan(input, call);
      requireNone(refusals);
      const ids = subjects.map(({ account }) => account.id);
      if (ids.length === 0) throw new ConsoleError('CONFLICT', { reason: 'All of them are so already.' });
      const { change } = input;
      const events = subjects.map(({ account }) =>
        call.event({
          event: EVENTS[change.kind],
          target: account.id,
          detail:
            change.kind === 'role'
              ? { reason, roleBefore: account.role, role: change.role }
              : { reason, stateBefore: account.state },
          change: { before: stateOf(account), after: afterOf(account, change) },
        }),
      );
      const isOver = change.kind === 'disable' || change.kind === 'remove';
      const endings = isOver ? ids.flatMap((id) => sessions.endAllOf(id, `account-${change.kind}d`)) : [];
      try {
        await store.write({ statements: [...endings, ...statementsOf(change, ids)], events });
      } catch (problem) {
        if (!(problem instanceof StoreError && problem.problem === 'guard')) throw problem;
        throw new ConsoleError(
          'CONFLICT',
          { reason: 'One of these people was changed in the same moment. Nothing was done.' },
          problem,
        );
      }
      if (isOver) {
        for (const id of ids) {
          sessions.forget(id);
          apiKeys.endAllOf(id);
        }
      }
      return { changed: ids.length };
    },
  };
}

/** What a change is of. */
function stateOf({ role, state }: Subject['account']) {
  return { role, state };
}

function afterOf(account: Subject['account'], change: PeopleChange) {
  if (change.kind === 'remove') return null;
  if (change.kind === 'role') return { ...stateOf(account), role: change.role };
  return { ...stateOf(account), state: change.kind === 'disable' ? 'disabled' : 'enabled' };
}

/** @throws ConsoleError NOT_ALLOWED naming each person, when somebody is refused */
function requireNone(refusals: ChangePlan['refusals']): void {
  if (refusals.length === 0) return;
  throw new ConsoleError('NOT_ALLOWED', {
    reason: 'Nothing was changed, because not all of it may be.',
    fields: refusals.slice(0, 20).map(({ name, reason }) => ({ path: name, problem: reason })),
  });
}

function statementsOf(change: PeopleChange, ids: readonly string[]): Statement[] {
  const chosen = JSON.stringify(ids);
  const among = (column: string) => `${column} IN (SELECT value FROM json_each(?))`;
  const forget = (table: string, column: string): Statement => ({
    sql: `DELETE FROM ${table} WHERE ${among(column)}`,
    params: [chosen],
  });
  const guarded = (sql: string, params: Statement['params']): Statement => ({
    sql,
    params,
    expect: ids.length,
  });
  if (change.kind === 'role') {
    const sql = `UPDATE users SET role = ? WHERE ${among('id')} AND kind = 'person' AND role <> ?
      AND NOT EXISTS (SELECT 1 FROM sso_people WHERE person_id = users.id)`;
    return [guarded(sql, [change.role, chosen, change.role]), AN_ADMINISTRATOR_STAYS];
  }
  if (change.kind === 'disable') {
    const sql = `UPDATE users SET state = 'disabled' WHERE ${among('id')} AND kind = 'person'
      AND state <> 'disabled'`;
    return [guarded(sql, [chosen]), forget('invitations', 'person_id'), AN_ADMINISTRATOR_STAYS];
  }
  if (change.kind === 'enable') {
    const sql = `UPDATE users SET state = iif(password = ?, 'invited', 'active')
      WHERE ${among('id')} AND kind = 'person' AND state = 'disabled'
      AND NOT EXISTS (SELECT 1 FROM sso_people WHERE person_id = users.id AND disabled_at IS NOT NULL)`;
    return [guarded(sql, [NO_PASSWORD, chosen])];
  }
  const sql = `DELETE FROM users WHERE ${among('id')} AND kind = 'person'
    AND NOT EXISTS (SELECT 1 FROM open_queries WHERE person_id = users.id)`;
  return [
    ...OWNED.map(([table, column]) => forget(table, column)),
    guarded(sql, [chosen]),
    AN_ADMINISTRATOR_STAYS,
  ];
}

/** What goes with a person. Invitations, custom roles and the link to a directory go by their foreign keys. */
const OWNED: readonly (readonly [table: string, column: string])[] = [
  ['second_factors', 'person_id'],
  ['recovery_codes', 'person_id'],
  ['password_history', 'person_id'],
  ['api_keys', 'owner_id'],
  ['sessions', 'person_id'],
  ['conversations', 'owner_id'],
];
