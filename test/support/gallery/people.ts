import {
  GRANTS,
  type InvitationPolicy,
  type IssuedInvitation,
  PeopleFilter,
  type Person,
} from '../../../src/contract';
import { base, refuse } from './base';
import type { World } from './world';

const people = base.tenant.people;
const HOUR = 3_600_000;
const CODE = '7KQ2-M4XB-0WZD-H8TN-3CPR-VJ5F-9AGE-Y61S';

const NAMES = [
  'Ingrid Sørlie',
  'Jonas Berg',
  'Pia Lund',
  'Tomas Vik',
  'Åsa Holm',
  'Mikkel Thorsen',
  'Wilhelmina van der Heijden-Oosterbroek',
  'Bo Ek',
  'Nadia Rahman',
  'Lucía Ferrer',
];

function latin(name: string): string {
  return name.toLowerCase().replaceAll('ø', 'o').normalize('NFKD').replace(/\p{M}/gu, '');
}

function peopleOf(world: World): Person[] {
  const now = world.now();
  return NAMES.map((name, at) => {
    const state = at === 2 ? 'disabled' : at === 3 || at === 8 ? 'invited' : 'active';
    const expiresAt = at === 8 ? now - HOUR : now + 40 * HOUR;
    return {
      id: world.newId(),
      name,
      email: `${latin(name).replace(/[^a-z]+/g, '.')}@northgate.example`,
      role: at === 0 ? 'tenant-admin' : at === 3 ? 'guest' : 'user',
      customRoles: at === 1 ? [{ id: world.newId(), name: 'Librarian' }] : [],
      state,
      origin:
        at >= 5 && at <= 7 ? { kind: 'directory', name: 'Northgate Active Directory' } : { kind: 'own' },
      hasSecondFactor: at % 3 === 0 && state === 'active',
      createdAt: now - (at + 1) * 900 * HOUR,
      lastSignInAt: state === 'invited' ? null : now - at * at * 7 * HOUR,
      invitation: state === 'invited' ? { createdAt: now - 32 * HOUR, expiresAt } : null,
    };
  });
}

/** The answers of what is under Users, and of an invitation at the sign-in. */
export function peopleRouter(world: World) {
  const all = world.scenario.failing === 'nobody' ? [] : peopleOf(world);
  let policy: InvitationPolicy = { hours: 72, revision: 0 };
  function find(id: string): Person {
    const found = all.find((person) => person.id === id);
    if (!found) throw refuse('NOT_FOUND');
    return found;
  }
  function issue(person: Person): IssuedInvitation {
    const expiresAt = world.now() + policy.hours * HOUR;
    return { person, code: CODE, expiresAt, domain: 'northgate.example' };
  }
  return {
    list: people.list.handler(({ input }) => {
      const { search, role, state, origin } = PeopleFilter.parse(input);
      const found = all.filter(
        (person) =>
          `${person.name} ${person.email}`.toLowerCase().includes(search.toLowerCase()) &&
          (role === null || person.role === role) &&
          (state === null || person.state === state) &&
          (origin === null || person.origin.kind === origin),
      );
      return { people: found, total: found.length, next: null, seats: { used: all.length, limit: 12 } };
    }),
    exportList: people.exportList.handler(async function* () {
      yield { text: 'id,name\r\n', records: 0 };
    }),
    invite: people.invite.handler(({ input }) => {
      const person: Person = {
        ...input,
        id: world.newId(),
        customRoles: [],
        state: 'invited',
        origin: { kind: 'own' },
        hasSecondFactor: false,
        createdAt: world.now(),
        lastSignInAt: null,
        invitation: { createdAt: world.now(), expiresAt: world.now() + policy.hours * HOUR },
      };
      all.push(person);
      return issue(person);
    }),
    read: people.read.handler(({ input }) => {
      const person = find(input.id);
      const at = person.createdAt + HOUR;
      return {
        ...person,
        permissions: [...GRANTS[person.role]],
        factors: person.hasSecondFactor
          ? [{ id: world.newId(), kind: 'totp' as const, passkey: null, createdAt: at, lastUsedAt: null }]
          : [],
        recoveryCodesLeft: person.hasSecondFactor ? 8 : 0,
        sessions:
          person.lastSignInAt === null
            ? []
            : [
                {
                  id: world.newId(),
                  personId: person.id,
                  person: { name: person.name, email: person.email },
                  role: person.role,
                  source: 'window:1',
                  createdAt: person.lastSignInAt,
                  lastUsedAt: person.lastSignInAt,
                  expiresAt: world.now() + 10 * HOUR,
                  complete: true,
                  current: false,
                },
              ],
        apiKeys: [],
        conversations: 14,
      };
    }),
    preview: people.preview.handler(({ input: { ids, change } }) => {
      const found = ids.map(find);
      const refused = found.filter(({ role }) => role === 'tenant-admin');
      return {
        changes: found
          .filter(({ role }) => role !== 'tenant-admin')
          .map(({ id, name, state }) => ({ id, name, before: state, after: `${change.kind}d` })),
        unchanged: [],
        refusals: refused.map(({ id, name }) => ({
          id,
          name,
          reason: 'Nobody would be left who administers the tenant. Give somebody else that role first.',
        })),
        sessions: 2,
        apiKeys: 1,
        conversations: change.kind === 'remove' ? 14 : 0,
      };
    }),
    reissue: people.reissue.handler(({ input }) => issue(find(input.id))),
    withdraw: people.withdraw.handler(({ input }) => ({ ...find(input.id), invitation: null })),
    policy: people.policy.handler(() => policy),
    setPolicy: people.setPolicy.handler(({ input }) => {
      policy = { ...input, revision: input.revision + 1 };
      return policy;
    }),
    openInvitation: people.openInvitation.handler(({ input }) => {
      if (input.code === 'wrong') throw refuse('INVITATION_REFUSED');
      return {
        name: 'Tomas Vik',
        rules: [
          { id: 'length', text: 'At least 12 characters', number: 12 },
          { id: 'common', text: 'Is not one of the common passwords' },
        ],
      };
    }),
  };
}
