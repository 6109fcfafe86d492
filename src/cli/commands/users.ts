import { type Command, Option } from 'commander';
import {
  AccountState,
  Id,
  type IssuedInvitation,
  type PeopleChange,
  type Person,
  TenantRole,
} from '../../contract';
import { EXIT, notFound } from '../failure';
import { timeOf } from '../output/text';
import { type CommandContext, collectPages, confirmByName, type Session } from './context';
import { type Definer, wholeNumber } from './define';
import { exportTo } from './exportFile';
import { addUsersImport } from './usersImport';

/** @throws Failure, of which NOT_FOUND ends the program with 5 */
async function findPerson(
  { client, inTenant }: Session,
  address: string,
): Promise<Pick<Person, 'id' | 'name' | 'email'>> {
  if (Id.safeParse(address).success) return client.tenant.people.read({ id: address }, inTenant());
  const email = address.toLowerCase();
  const { rows } = await collectPages(
    (cursor) =>
      client.tenant.people.list({ search: email, limit: 200, ...(cursor && { cursor }) }, inTenant()),
    ({ people }) => people,
    true,
  );
  const found = rows.find((one) => one.email === email);
  if (found) return found;
  throw notFound(`There is nobody with the address ${address} in this tenant.`, 'See riscura users list.');
}

interface ListOptions {
  readonly search?: string;
  readonly role?: TenantRole;
  readonly state?: AccountState;
  readonly limit: number;
  readonly all?: boolean;
}

async function list(
  { open, output }: CommandContext,
  { search = '', role, state, limit, all = false }: ListOptions,
) {
  const { client, inTenant } = await open();
  const { rows, last } = await collectPages(
    (cursor) =>
      client.tenant.people.list(
        {
          search,
          limit: all ? 200 : limit,
          ...(role && { role }),
          ...(state && { state }),
          ...(cursor && { cursor }),
        },
        inTenant(),
      ),
    ({ people }) => people,
    all,
  );
  if (output.json)
    return output.value({ people: rows, total: last.total, next: last.next, seats: last.seats });
  output.table(
    [
      { title: 'E-MAIL', of: ({ email }) => email, shrinks: true },
      { title: 'NAME', of: ({ name }) => name, shrinks: true },
      {
        title: 'ROLE',
        of: (one) => [one.role, ...one.customRoles.map(({ name }) => name)].join(' + '),
        shrinks: true,
      },
      { title: 'STATE', of: (one) => one.state },
      { title: '2ND FACTOR', of: ({ hasSecondFactor }) => (hasSecondFactor ? 'yes' : 'no') },
      { title: 'LAST SIGN-IN', of: ({ lastSignInAt }) => timeOf(lastSignInAt) },
    ],
    rows,
  );
  if (rows.length < last.total) output.note(`${rows.length} of ${last.total}; --all shows them all.`);
}

function showInvitation({ output }: CommandContext, issued: IssuedInvitation) {
  if (output.json) return output.value(issued);
  output.facts([
    ['For', `${issued.person.name} <${issued.person.email}>`],
    ['Domain', issued.domain],
    ['Code', issued.code],
    ['Good until', timeOf(issued.expiresAt)],
  ]);
  output.note('The code is good once and is not shown again.');
}

interface ChangeOptions {
  readonly reason: string;
  readonly yes?: string;
}

/** Previews a change of several people and makes it, all of it or nothing. */
async function changePeople(
  context: CommandContext,
  addresses: readonly string[],
  change: PeopleChange,
  { reason, yes }: ChangeOptions,
) {
  const session = await context.open();
  const { client, inTenant } = session;
  const people = [];
  for (const address of addresses) people.push(await findPerson(session, address));
  const ids = people.map(({ id }) => id);
  const preview = await client.tenant.people.preview({ ids, change }, inTenant());
  if (change.kind === 'remove') {
    const what = `This removes ${people.map(({ email }) => email).join(', ')} with ${preview.conversations} conversations, ${preview.apiKeys} API keys and ${preview.sessions} sessions.`;
    await confirmByName(people.map(({ email }) => email).join(','), yes, what);
  }
  const { changed } = await client.tenant.people.change({ ids, change, reason }, inTenant());
  const { output } = context;
  if (output.json) return output.value({ changed, unchanged: preview.unchanged.length });
  output.say(`${changed} changed, ${preview.unchanged.length} were so already.`);
}

function addChange(
  users: Command,
  { leaf }: Definer,
  kind: 'disable' | 'enable' | 'remove',
  summary: string,
): void {
  const example = `riscura users ${kind} bob@acme.example --tenant acme.example --reason "Left in May"`;
  const command = leaf<ChangeOptions>(
    users,
    { usage: `${kind} <person...>`, summary, examples: [example] },
    async (context, addresses, options) => void (await changePeople(context, addresses, { kind }, options)),
  ).requiredOption('--reason <text>', 'why; it stands in the audit log');
  if (kind === 'remove')
    command.option('--yes <addresses>', 'the addresses, with commas between them, so that nobody is asked');
}

export function addUsers(program: Command, definer: Definer): void {
  const { group, leaf } = definer;
  const users = group(program, 'users', 'The people of a tenant');

  leaf<ListOptions>(
    users,
    {
      usage: 'list',
      summary: 'The people of a tenant',
      examples: ['riscura users list --tenant acme.example', 'riscura users list --role tenant-admin --json'],
    },
    async (context, _args, options) => void (await list(context, options)),
  )
    .option('--search <text>', 'a part of the name or address')
    .addOption(new Option('--role <role>', 'with this role').choices(TenantRole.options))
    .addOption(new Option('--state <state>', 'in this state').choices(AccountState.options))
    .option('--limit <count>', 'at most so many', wholeNumber, 50)
    .option('--all', 'all of them, page by page');

  leaf(
    users,
    {
      usage: 'show <person>',
      summary: 'One person, by address or id, with sessions, keys and second factors',
      examples: ['riscura users show bob@acme.example --tenant acme.example'],
    },
    async (context, [address = '']) => {
      const session = await context.open();
      const { id } = await findPerson(session, address);
      const person = await session.client.tenant.people.read({ id }, session.inTenant());
      if (context.output.json) context.output.value(person);
      else
        context.output.facts([
          ['Id', person.id],
          ['Name', person.name],
          ['E-mail', person.email],
          ['Role', [person.role, ...person.customRoles.map(({ name }) => name)].join(' + ')],
          ['State', person.state],
          ['Second factors', person.factors.length],
          ['Sessions', person.sessions.length],
          ['API keys', person.apiKeys.length],
          ['Conversations', person.conversations],
          ['Last sign-in', timeOf(person.lastSignInAt)],
        ]);
      return EXIT.ok;
    },
  );

  leaf<{ name?: string; role: TenantRole }>(
    users,
    {
      usage: 'invite <address>',
      summary: 'Invite a person; prints the code with which they set a password',
      examples: [
        'riscura users invite bob@acme.example --name "Bob Builder" --role user --tenant acme.example',
      ],
    },
    async (context, [email = ''], { name = email, role }) => {
      const { client, inTenant } = await context.open();
      showInvitation(context, await client.tenant.people.invite({ name, email, role }, inTenant()));
      return EXIT.ok;
    },
  )
    .option('--name <name>', 'the name; the address when it is missing')
    .addOption(new Option('--role <role>', 'the role').choices(TenantRole.options).default('user'));

  addUsersImport(users, definer);
  addChange(users, definer, 'disable', 'Disable people: their sessions end and they do not sign in');
  addChange(users, definer, 'enable', 'Enable people who were disabled');
  addChange(users, definer, 'remove', 'Remove people with their conversations and keys');

  leaf<ChangeOptions & { role: TenantRole }>(
    users,
    {
      usage: 'role <person...>',
      summary: 'Give people a role',
      examples: ['riscura users role bob@acme.example --role tenant-admin --reason "Stands in for Ada"'],
    },
    async (context, addresses, { role, reason }) =>
      void (await changePeople(context, addresses, { kind: 'role', role }, { reason })),
  )
    .addOption(new Option('--role <role>', 'the role').choices(TenantRole.options).makeOptionMandatory())
    .requiredOption('--reason <text>', 'why; it stands in the audit log');

  leaf<{ reason: string }>(
    users,
    {
      usage: 'reset-password <person>',
      summary: 'Take somebody’s password; prints the code for a new one',
      examples: ['riscura users reset-password bob@acme.example --reason "Forgot it"'],
    },
    async (context, [address = ''], { reason }) => {
      const session = await context.open();
      const { id } = await findPerson(session, address);
      const { client, inTenant } = session;
      showInvitation(context, await client.tenant.people.resetPassword({ id, reason }, inTenant()));
      return EXIT.ok;
    },
  ).requiredOption('--reason <text>', 'why; it stands in the audit log');

  leaf<{ format: 'csv' | 'jsonl'; out?: string }>(
    users,
    {
      usage: 'export',
      summary: 'The people of a tenant as a file',
      examples: ['riscura users export --tenant acme.example --out people.csv'],
    },
    async (context, _args, { format, out }) => {
      const { client, inTenant } = await context.open();
      const begin = () => client.tenant.people.exportList({ format }, inTenant());
      return exportTo(context, out, begin, ({ records }) => records);
    },
  )
    .addOption(new Option('--format <format>', 'how it is written').choices(['csv', 'jsonl']).default('csv'))
    .option('--out <file>', 'a new file; standard output when it is missing');
}
