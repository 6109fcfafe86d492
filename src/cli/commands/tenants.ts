import { type Command, Option } from 'commander';
import { TenantState } from '../../contract';
import { EXIT } from '../failure';
import { moneyOf } from '../output/text';
import { type CommandContext, collectPages } from './context';
import { type Definer, wholeNumber } from './define';
import { addTenantChanges } from './tenantChanges';
import { findTenant, showTenant } from './tenantLookup';

const SORTS = ['name', 'created', 'queries', 'cost'] as const;
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

export function addTenants(program: Command, definer: Definer): void {
  const { group, leaf } = definer;
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
      showTenant(context, await findTenant(client, address));
      return EXIT.ok;
    },
  );

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
      showTenant(context, await client.installation.tenants.suspend({ id, reason }));
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
      showTenant(context, await client.installation.tenants.resume({ id }));
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
        showTenant(context, checked.tenant);
        for (const problem of checked.problems) context.output.say(problem);
      }
      return checked.problems.length === 0 ? EXIT.ok : EXIT.refuted;
    },
  );
  addTenantChanges(tenants, definer);
}
