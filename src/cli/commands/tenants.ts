import { type Command, Option } from 'commander';
import {
  type CreateTenant,
  EXTRACTIVE_MODEL,
  Id,
  PlanId,
  ResidencyMode,
  type Tenant,
  TenantState,
} from '../../contract';
import type { Client } from '../connection/link';
import { EXIT, Failure, failure } from '../failure';
import { moneyOf, timeOf } from '../output/text';
import { type CommandContext, collectPages, confirmByName } from './context';
import { type Definer, wholeNumber } from './define';

const SORTS = ['name', 'created', 'queries', 'cost'] as const;
/** Progress is looked at until a creation has ended. */
type Outcome = 'running' | 'done' | 'failed' | 'cancelled';

/**
 * Finds a tenant by its domain or id.
 * @throws Failure, of which NOT_FOUND ends the program with 5
 */
export async function findTenant(client: Client, address: string): Promise<Tenant> {
  if (Id.safeParse(address).success) return client.installation.tenants.read({ id: address });
  const domain = address.toLowerCase();
  const { rows } = await collectPages(
    (cursor) => client.installation.tenants.list({ search: domain, limit: 200, ...(cursor && { cursor }) }),
    ({ tenants }) => tenants,
    true,
  );
  const found = rows.find((one) => one.domain === domain);
  if (found) return found;
  throw new Failure(
    {
      type: 'urn:riscura:error:NOT_FOUND',
      title: 'It does not exist, or you may not see it.',
      code: 'NOT_FOUND',
      status: 404,
      detail: `There is no tenant ${address}.`,
      next: 'See riscura tenants list.',
    },
    EXIT.notFound,
  );
}

function show({ output }: CommandContext, tenant: Tenant) {
  if (output.json) return output.value(tenant);
  const { residency } = tenant;
  output.facts([
    ['Id', tenant.id],
    ['Name', tenant.name],
    ['Domain', tenant.domain],
    ['Plan', tenant.plan],
    ['State', tenant.state],
    ['Health', tenant.health],
    ['Residency', [residency.mode, ...residency.regions].join(' ')],
    ['Model', tenant.model],
    ['Revision', tenant.revision],
    ['Created', timeOf(tenant.createdAt)],
    ['Changed', timeOf(tenant.updatedAt)],
  ]);
}

interface ListOptions {
  readonly search?: string;
  readonly state?: TenantState;
  readonly sort: (typeof SORTS)[number];
  readonly limit: number;
  readonly all?: boolean;
}

async function list(context: CommandContext, { search = '', state, sort, limit, all = false }: ListOptions) {
  const { client } = await context.open();
  const { rows, last } = await collectPages(
    (cursor) =>
      client.installation.tenants.list({
        search,
        sort,
        limit: all ? 200 : limit,
        ...(state && { state }),
        ...(cursor && { cursor }),
      }),
    ({ tenants }) => tenants,
    all,
  );
  const { output } = context;
  if (output.json) return output.value({ tenants: rows, total: last.total, next: last.next });
  output.table(
    [
      { title: 'DOMAIN', of: ({ domain }) => domain, shrinks: true },
      { title: 'NAME', of: ({ name }) => name, shrinks: true },
      { title: 'PLAN', of: ({ plan }) => plan },
      { title: 'STATE', of: ({ state: stands }) => stands },
      { title: 'HEALTH', of: ({ health }) => health },
      { title: 'QUERIES 24H', of: ({ queries24h }) => queries24h, align: 'right' },
      { title: 'COST 24H', of: ({ cost24h }) => moneyOf(cost24h), align: 'right' },
    ],
    rows,
  );
  if (rows.length < last.total) output.note(`${rows.length} of ${last.total}; --all shows them all.`);
}

interface CreateOptions {
  readonly name?: string;
  readonly plan: PlanId;
  readonly residency: ResidencyMode;
  readonly region: readonly string[];
  readonly model: string;
  readonly adminName: string;
  readonly adminEmail: string;
}

async function create(context: CommandContext, domain: string, options: CreateOptions) {
  const { client } = await context.open();
  const { name = domain, plan, residency, region, model, adminName, adminEmail } = options;
  const password = await context.secrets.password(`First password of ${adminEmail}: `);
  const wishes: CreateTenant = {
    name,
    domain,
    plan,
    residency: { mode: residency, regions: [...region] },
    model,
    administrator: { name: adminName, email: adminEmail, password },
  };
  const { id } = await client.installation.tenants.create(wishes);
  const { outcome, problem } = await follow(context, client, id);
  if (outcome !== 'done') throw failure('FAILED', `The tenant was not created: ${problem ?? outcome}.`);
  show(context, await client.installation.tenants.read({ id }));
}

/** Says each step of a lifecycle as it is done. */
async function follow(context: CommandContext, client: Client, id: string) {
  let outcome: Outcome = 'running';
  let problem: string | null = null;
  for await (const progress of await client.installation.tenants.progress({ id })) {
    ({ outcome, problem } = progress);
    const running = progress.steps.find(({ state }) => state === 'running');
    context.output.progress(running ? `${running.title} …` : '');
  }
  context.output.progress('');
  return { outcome, problem };
}

async function remove(context: CommandContext, address: string, yes: string | undefined) {
  const { client } = await context.open();
  const tenant = await findTenant(client, address);
  await confirmByName(
    tenant.name,
    yes,
    `This deletes the tenant ${tenant.domain} with all its data; its key is destroyed, nothing brings it back.`,
  );
  const record = await client.installation.tenants.delete({ id: tenant.id, confirmName: tenant.name });
  const { output } = context;
  if (output.json) return output.value(record);
  output.facts([
    ['Deleted', `${record.name} (${record.tenantId})`],
    ['At', timeOf(record.deletedAt)],
    ['Key', record.keyDestroyed ? 'destroyed' : 'not found'],
    ['Files', record.filesRemoved],
  ]);
  output.note('Keep its certificate: riscura call installation.keys.certificates --json');
}

export function addTenants(program: Command, { group, leaf }: Definer): void {
  const tenants = group(program, 'tenants', 'The tenants of the installation; for operators');

  leaf<ListOptions>(
    tenants,
    {
      usage: 'list',
      summary: 'All tenants, with the numbers of the last day',
      examples: [
        'riscura tenants list',
        'riscura tenants list --state suspended',
        'riscura tenants list --all --json',
      ],
    },
    async (context, _args, options) => void (await list(context, options)),
  )
    .option('--search <text>', 'a part of the name or domain')
    .addOption(new Option('--state <state>', 'where it stands').choices(TenantState.options))
    .addOption(new Option('--sort <column>', 'by what').choices(SORTS).default('name'))
    .option('--limit <count>', 'at most so many', wholeNumber, 50)
    .option('--all', 'all of them, page by page');

  leaf(
    tenants,
    {
      usage: 'show <tenant>',
      summary: 'One tenant, by domain or id',
      examples: ['riscura tenants show acme.example', 'riscura tenants show acme.example --json'],
    },
    async (context, [address = '']) => {
      const { client } = await context.open();
      show(context, await findTenant(client, address));
      return EXIT.ok;
    },
  );

  leaf<CreateOptions>(
    tenants,
    {
      usage: 'create <domain>',
      summary: 'Create a tenant with its first administrator, whose first password is asked for',
      examples: [
        'riscura tenants create acme.example --name "Acme Corporation" --admin-name "Ada Admin" --admin-email ada@acme.example',
        'riscura tenants create acme.example --plan enterprise --admin-name Ada --admin-email ada@acme.example --password-file first.txt',
      ],
    },
    async (context, [domain = ''], options) => void (await create(context, domain, options)),
  )
    .option('--name <name>', 'its name; the domain when it is missing')
    .addOption(new Option('--plan <plan>', 'its plan').choices(PlanId.options).default('starter'))
    .addOption(
      new Option('--residency <mode>', 'where its words may go')
        .choices(ResidencyMode.options)
        .default('local-only'),
    )
    .option(
      '--region <region>',
      'a region, once for each',
      (one: string, before: string[]) => [...before, one],
      [],
    )
    .option('--model <model>', 'its first model', EXTRACTIVE_MODEL)
    .requiredOption('--admin-name <name>', 'the name of its first administrator')
    .requiredOption('--admin-email <address>', 'the address of its first administrator');

  leaf<{ reason: string }>(
    tenants,
    {
      usage: 'suspend <tenant>',
      summary: 'Suspend a tenant: nobody signs in, nothing runs',
      examples: ['riscura tenants suspend acme.example --reason "Unpaid since June"'],
    },
    async (context, [address = ''], { reason }) => {
      const { client } = await context.open();
      const { id } = await findTenant(client, address);
      show(context, await client.installation.tenants.suspend({ id, reason }));
      return EXIT.ok;
    },
  ).requiredOption('--reason <text>', 'why; it stands in the audit log');

  leaf(
    tenants,
    {
      usage: 'resume <tenant>',
      summary: 'Resume a suspended tenant',
      examples: ['riscura tenants resume acme.example'],
    },
    async (context, [address = '']) => {
      const { client } = await context.open();
      const { id } = await findTenant(client, address);
      show(context, await client.installation.tenants.resume({ id }));
      return EXIT.ok;
    },
  );

  leaf(
    tenants,
    {
      usage: 'check <tenant>',
      summary: 'Check the database of a quarantined tenant; one that is sound opens again',
      examples: ['riscura tenants check acme.example'],
    },
    async (context, [address = '']) => {
      const { client } = await context.open();
      const { id } = await findTenant(client, address);
      const checked = await client.installation.tenants.check({ id });
      if (context.output.json) context.output.value(checked);
      else {
        show(context, checked.tenant);
        for (const problem of checked.problems) context.output.say(problem);
      }
      return checked.problems.length === 0 ? EXIT.ok : EXIT.refuted;
    },
  );

  leaf<{ yes?: string }>(
    tenants,
    {
      usage: 'delete <tenant>',
      summary: 'Delete a tenant with all its data; asks for its name and for your password',
      examples: [
        'riscura tenants delete acme.example',
        'riscura tenants delete acme.example --yes "Acme Corporation" --password-file -',
      ],
    },
    async (context, [address = ''], { yes }) => void (await remove(context, address, yes)),
  ).option('--yes <name>', 'the name of the tenant, so that nobody is asked');
}
