import { type Command, Option } from 'commander';
import { type CreateTenant, EXTRACTIVE_MODEL, PlanId, ResidencyMode } from '../../contract';
import type { Client } from '../connection/link';
import { failure } from '../failure';
import { timeOf } from '../output/text';
import { type CommandContext, confirmByName } from './context';
import type { Definer } from './define';
import { findTenant, showTenant } from './tenantLookup';

/** Progress is looked at until a creation has ended. */
type Outcome = 'running' | 'done' | 'failed' | 'cancelled';

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
  showTenant(context, await client.installation.tenants.read({ id }));
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

interface UpdateOptions {
  readonly name?: string;
  readonly domain?: string;
  readonly plan?: PlanId;
  readonly residency?: ResidencyMode;
  readonly region: readonly string[];
  readonly model?: string;
}

/** Changes what is named, of the tenant as it is now. */
async function update(context: CommandContext, address: string, options: UpdateOptions) {
  const { client } = await context.open();
  const { id, revision } = await findTenant(client, address);
  const { name, domain, plan, residency, region, model } = options;
  const changed = await client.installation.tenants.update({
    id,
    revision,
    ...(name && { name }),
    ...(domain && { domain }),
    ...(plan && { plan }),
    ...(model && { model }),
    ...(residency && { residency: { mode: residency, regions: [...region] } }),
  });
  showTenant(context, changed);
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

export function addTenantChanges(tenants: Command, { leaf }: Definer): void {
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

  leaf<UpdateOptions>(
    tenants,
    {
      usage: 'update <tenant>',
      summary: 'Change name, domain, plan, residency or first model of a tenant',
      examples: [
        'riscura tenants update acme.example --plan enterprise',
        'riscura tenants update acme.example --residency region-bound --region eu-de',
      ],
    },
    async (context, [address = ''], options) => void (await update(context, address, options)),
  )
    .option('--name <name>', 'its name')
    .option('--domain <domain>', 'its domain')
    .addOption(new Option('--plan <plan>', 'its plan').choices(PlanId.options))
    .addOption(new Option('--residency <mode>', 'where its words may go').choices(ResidencyMode.options))
    .option(
      '--region <region>',
      'a region, once for each',
      (one: string, before: string[]) => [...before, one],
      [],
    )
    .option('--model <model>', 'the model that answers');

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
