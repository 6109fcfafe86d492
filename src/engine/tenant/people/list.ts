import {
  AccountState,
  ConsoleError,
  type PeopleFilter,
  type PeopleSort,
  type Person,
  TenantRole,
  type tenantContract,
} from '../../../contract';
import type { Handlers } from '../../door';
import { EXPORT_PAGE, type ExportColumn, exportDetail, exportRecords, isoTime } from '../../mechanism/export';
import type { Consents } from '../approvals';
import type { RuntimeContext } from '../context';
import type { PeopleRecords, PersonHead } from './records';

type PeopleHandlers = Handlers<(typeof tenantContract)['people']>;
type Order = { sort: PeopleSort; direction: 'ascending' | 'descending' };

/** As people look names up: Å beside A, 2 before 10. */
const NAMES = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

const COLUMNS: readonly ExportColumn<Person>[] = [
  { name: 'id', cell: ({ id }) => id },
  { name: 'name', cell: ({ name }) => name },
  { name: 'email', cell: ({ email }) => email },
  { name: 'role', cell: ({ role }) => role },
  { name: 'custom_roles', cell: ({ customRoles }) => customRoles.map(({ name }) => name).join('; ') },
  { name: 'state', cell: ({ state }) => state },
  { name: 'origin', cell: ({ origin }) => origin.kind },
  { name: 'provider', cell: ({ origin }) => (origin.kind === 'directory' ? origin.name : null) },
  { name: 'second_factor', cell: ({ hasSecondFactor }) => hasSecondFactor },
  { name: 'created', cell: ({ createdAt }) => isoTime(createdAt) },
  {
    name: 'last_sign_in',
    cell: ({ lastSignInAt }) => (lastSignInAt === null ? null : isoTime(lastSignInAt)),
  },
];

/** The list of people: filtered and sorted in memory, because SQLite compares the letters of ASCII only. */
export function createPeopleList(
  context: RuntimeContext,
  records: PeopleRecords,
  consents: Consents,
): Pick<PeopleHandlers, 'list' | 'exportList'> {
  const { store, entitlements, closing } = context;

  return {
    async list({ limit, cursor, sort, direction, ...filter }) {
      const all = await records.heads();
      const sorted = all.filter(matches(filter)).sort(comparison({ sort, direction }));
      const from = positionAfter(cursor, sorted);
      const page = sorted.slice(from, from + limit);
      const end = from + page.length;
      return {
        people: await records.complete(page),
        total: sorted.length,
        next: end < sorted.length ? `${end}:${page.at(-1)?.id}` : null,
        seats: { used: all.length, limit: entitlements().plan.users },
      };
    },

    async exportList({ format, sort, direction, ...filter }, call) {
      const statements = await consents.consent('decrypted-export', call);
      await store.write({ statements, events: [call.event({ detail: exportDetail(format, filter) })] });
      const signal = AbortSignal.any([call.signal, closing]);
      const sorted = (await records.heads()).filter(matches(filter)).sort(comparison({ sort, direction }));
      async function* pages() {
        for (let from = 0; from < sorted.length; from += EXPORT_PAGE) {
          signal.throwIfAborted();
          yield await records.complete(sorted.slice(from, from + EXPORT_PAGE));
        }
      }
      return exportRecords(format, COLUMNS, pages());
    },
  };
}

function matches({ search, role, state, origin }: PeopleFilter): (person: PersonHead) => boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return (person) => {
    const text = `${person.name} ${person.email}`.toLowerCase();
    return (
      (role === null || person.role === role) &&
      (state === null || person.state === state) &&
      (origin === null || person.origin.kind === origin) &&
      words.every((word) => text.includes(word))
    );
  };
}

/** Where the list goes on: after the person who was its last, or at their place when they are not there any more. */
function positionAfter(cursor: string | undefined, sorted: readonly PersonHead[]): number {
  if (cursor === undefined) return 0;
  const [, position, last] = /^(\d{1,7}):(.+)$/.exec(cursor) ?? [];
  if (position === undefined) throw new ConsoleError('BAD_INPUT');
  const found = sorted.findIndex(({ id }) => id === last);
  return found < 0 ? Math.max(Number(position) - 1, 0) : found + 1;
}

function compareBy(sort: PeopleSort, left: PersonHead, right: PersonHead): number {
  if (sort === 'name') return NAMES.compare(left.name, right.name);
  if (sort === 'email') return NAMES.compare(left.email, right.email);
  if (sort === 'role') return TenantRole.options.indexOf(left.role) - TenantRole.options.indexOf(right.role);
  if (sort === 'state')
    return AccountState.options.indexOf(left.state) - AccountState.options.indexOf(right.state);
  if (sort === 'created') return left.createdAt - right.createdAt;
  return (left.lastSignInAt ?? 0) - (right.lastSignInAt ?? 0);
}

/** The order that was asked for; people who are alike in it stand by name. */
function comparison({ sort, direction }: Order) {
  const sign = direction === 'ascending' ? 1 : -1;
  return (left: PersonHead, right: PersonHead): number =>
    sign * compareBy(sort, left, right) ||
    NAMES.compare(left.name, right.name) ||
    (left.id < right.id ? -1 : 1);
}
