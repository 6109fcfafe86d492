import { ConsoleError, type Person, type PersonDetails, type tenantContract } from '../../../contract';
import { type Actor, actorOf, type Handlers } from '../../door';
import type { Sessions } from '../../mechanism/sessions';
import { type Statement, StoreError } from '../../ports';
import { type AccessPeople, AN_ADMINISTRATOR_STAYS, assignStatements, requireHeld } from '../access';
import type { ApiKeys } from '../apiKeys';
import type { RuntimeContext } from '../context';
import type { ResetPassword } from './passwordReset';
import type { PeopleRecords } from './records';

type PeopleHandlers = Handlers<(typeof tenantContract)['people']>;
type Update = Parameters<PeopleHandlers['update']>[0];

interface PersonOptions {
  readonly context: RuntimeContext;
  readonly records: PeopleRecords;
  readonly access: AccessPeople;
  readonly resetPassword: ResetPassword;
  readonly sessions: Sessions;
  readonly apiKeys: Pick<ApiKeys, 'listOf'>;
  /** The second factors of a person. */
  readonly factorsOf: (personId: string) => Promise<Pick<PersonDetails, 'factors' | 'recoveryCodesLeft'>>;
}

/** One person: what is theirs, and what is changed of them alone. */
export function createPerson(
  options: PersonOptions,
): Pick<PeopleHandlers, 'read' | 'update' | 'resetPassword'> {
  const { context, records, access, resetPassword, sessions, apiKeys, factorsOf } = options;
  const { store } = context;

  async function requireRolesGivable(actor: Actor, person: Person, wishes: Update): Promise<void> {
    if (person.id === actor.id) {
      throw new ConsoleError('NOT_ALLOWED', { reason: 'Nobody changes what they may do themselves.' });
    }
    if (!actor.permissions.has('access.manage')) {
      throw new ConsoleError('NOT_ALLOWED', {
        reason: 'To give roles takes the permission to manage access.',
      });
    }
    requireHeld(actor, await access.permissionsWith(wishes.role, wishes.customRoles));
  }

  return {
    async read({ id }, call) {
      const person = await records.require(id);
      const [listed, keys, factors, [row]] = await Promise.all([
        sessions.list(id),
        apiKeys.listOf(id),
        factorsOf(id),
        store.read('SELECT count(*) AS count FROM conversations WHERE owner_id = ?', [id]),
      ]);
      const { name, email } = person;
      return {
        ...person,
        ...factors,
        permissions: (await access.require(id)).permissions,
        sessions: listed.map((session) => ({
          ...session,
          person: { name, email },
          current: session.id === call.actor?.sessionId,
        })),
        apiKeys: keys,
        conversations: Number(row?.count ?? 0),
      };
    },

    async update(wishes, call) {
      const actor = actorOf(call);
      const { id, name, email, role, was } = wishes;
      const person = await records.require(id);
      const before = person.customRoles.map((each) => each.id);
      if (!isAs(person, was)) throw new ConsoleError('CONFLICT');
      if (id !== actor.id) requireHeld(actor, (await access.require(id)).permissions);
      const customRoles = [...new Set(wishes.customRoles)];
      const givesRoles = role !== person.role || !sameSet(customRoles, before);
      requireNotOfDirectory(person, wishes);
      if (givesRoles) await requireRolesGivable(actor, person, wishes);
      const statements: Statement[] = [
        {
          sql: 'UPDATE users SET name = ?, email = ? WHERE id = ? AND name = ? AND email = ? AND role = ?',
          params: [name, email, id, was.name, was.email, was.role],
          expect: 1,
        },
        ...(givesRoles ? [...assignStatements(id, role, customRoles), AN_ADMINISTRATOR_STAYS] : []),
      ];
      const detail = {
        name: name !== person.name,
        email: email !== person.email,
        roleBefore: person.role,
        role,
        customRolesBefore: before.join(' '),
        customRoles: customRoles.join(' '),
      };
      const event = call.event({
        target: id,
        detail,
        change: { before: was, after: { name, email, role, customRoles } },
      });
      await store.write({ statements, events: [event] }).catch(notUpdated);
      return records.require(id);
    },

    async resetPassword({ id, reason }, call) {
      const actor = actorOf(call);
      const person = await records.require(id);
      if (id === actor.id) {
        throw new ConsoleError('NOT_ALLOWED', { reason: 'Change your own password under Your account.' });
      }
      requireHeld(actor, (await access.require(id)).permissions);
      return resetPassword(person, actor, { events: [call.event({ target: id, detail: { reason } })] });
    },
  };
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  const all = new Set(left);
  return all.size === right.length && right.every((each) => all.has(each));
}

function isAs(person: Person, was: Update['was']): boolean {
  return (
    person.name === was.name &&
    person.email === was.email &&
    person.role === was.role &&
    sameSet(
      was.customRoles,
      person.customRoles.map(({ id }) => id),
    )
  );
}

/** @throws ConsoleError NOT_ALLOWED naming the fields that a directory says */
function requireNotOfDirectory(person: Person, wishes: Update): void {
  if (person.origin.kind === 'own') return;
  const fields = (['name', 'email', 'role'] as const).filter((field) => person[field] !== wishes[field]);
  if (fields.length === 0) return;
  const { name } = person.origin;
  throw new ConsoleError('NOT_ALLOWED', {
    reason: `Name, address and role of this person come from the directory ${name}. Change them there.`,
    fields: fields.map((path) => ({ path, problem: `comes from ${name}` })),
  });
}

function notUpdated(problem: unknown): never {
  if (!(problem instanceof StoreError)) throw problem;
  if (problem.problem === 'constraint') {
    throw new ConsoleError(
      'CONFLICT',
      {
        reason: 'Somebody in this tenant has this address already.',
        fields: [{ path: 'email', problem: 'is taken' }],
      },
      problem,
    );
  }
  if (problem.problem !== 'guard') throw problem;
  throw new ConsoleError(
    'CONFLICT',
    { reason: 'It was changed meanwhile, or nobody would be left who administers the tenant.' },
    problem,
  );
}
