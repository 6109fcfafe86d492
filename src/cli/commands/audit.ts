import { type Command, Option } from 'commander';
import { AuditOutcome, type AuditVerification } from '../../contract';
import { EXIT, type ExitCode, failure } from '../failure';
import { timeOf } from '../output/text';
import { type CommandContext, collectPages, type Session } from './context';
import { type Definer, wholeNumber } from './define';
import { exportTo } from './exportFile';
import { instant } from './usage';

interface FilterOptions {
  readonly from?: number;
  readonly to?: number;
  readonly actor?: string;
  readonly event?: string;
  readonly target?: string;
  readonly outcome?: AuditOutcome;
  readonly source?: string;
}

/** The chain of the tenant that is meant, or the installation's. Both have the same procedures. */
function chainOf({ client, tenant, inTenant }: Session) {
  if (tenant === null) return { audit: client.installation.audit, where: undefined };
  return { audit: client.tenant.audit, where: inTenant() };
}

function filterOf({ from, to, actor, event, target, outcome, source }: FilterOptions) {
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(actor && { actor }),
    ...(event && { event }),
    ...(target && { target }),
    ...(outcome && { outcome }),
    ...(source && { source }),
  };
}

async function list(
  { open, output }: CommandContext,
  options: FilterOptions & { limit: number; all?: boolean },
) {
  const { audit, where } = chainOf(await open());
  const { limit, all = false } = options;
  const wishes = { ...filterOf(options), limit: all ? 200 : limit };
  const { rows, last } = await collectPages(
    (cursor) => audit.events({ ...wishes, ...(cursor && { cursor }) }, where),
    ({ events }) => events,
    all,
  );
  if (output.json) return output.value({ events: rows, next: last.next });
  output.table(
    [
      { title: 'NUMBER', of: ({ sequence }) => sequence, align: 'right' },
      { title: 'AT', of: ({ at }) => timeOf(at) },
      { title: 'EVENT', of: ({ event }) => event, shrinks: true },
      { title: 'ACTOR', of: ({ actor, actorName }) => actorName || actor, shrinks: true },
      { title: 'TARGET', of: ({ target }) => target ?? '-', shrinks: true },
      { title: 'OUTCOME', of: ({ outcome }) => outcome },
      { title: 'FROM', of: ({ origin }) => origin.from ?? '-', shrinks: true },
    ],
    rows,
  );
  if (last.next !== null) output.note('There are more; --all shows them all.');
}

async function verify({ open, output }: CommandContext): Promise<ExitCode> {
  const { audit, where } = chainOf(await open());
  let last: AuditVerification | null = null;
  for await (const step of await audit.verify({}, where)) {
    last = step;
    output.progress(`${step.checked} of ${step.total} events`);
  }
  output.progress('');
  if (!last?.verdict) throw failure('UNREACHABLE', 'The verification ended without a verdict.');
  const { ok, words, checkpoints } = last.verdict;
  if (output.json) output.value(last);
  else {
    output.say(`Checked ${last.checked} events, ${checkpoints} checkpoints.`);
    output.say(`${ok ? 'OK.' : 'NOT OK.'} ${words}`);
  }
  return ok ? EXIT.ok : EXIT.refuted;
}

async function exportChain(
  context: CommandContext,
  { format, out, ...options }: FilterOptions & { format: string; out?: string },
): Promise<ExitCode> {
  const { audit, where } = chainOf(await context.open());
  if (format === 'events-csv' || format === 'events-jsonl') {
    const wishes = { ...filterOf(options), format: format === 'events-csv' ? 'csv' : 'jsonl' } as const;
    return exportTo(
      context,
      out,
      () => audit.exportEvents(wishes, where),
      ({ records }) => records,
    );
  }
  if (Object.keys(filterOf(options)).length > 0) {
    throw failure(
      'USAGE',
      'A chain that can be verified is whole: filters go with events-csv and events-jsonl.',
    );
  }
  const wishes = { format: format === 'ocsf' ? 'ocsf' : 'jsonl' } as const;
  return exportTo(
    context,
    out,
    () => audit.export(wishes, where),
    ({ events }) => events,
  );
}

function addFilter(command: Command): Command {
  return command
    .option('--from <time>', 'from this time on', instant)
    .option('--to <time>', 'to before this time', instant)
    .option('--actor <text>', 'a part of who did it')
    .option('--event <text>', 'a part of the event’s name')
    .option('--target <text>', 'a part of what it was done to')
    .option('--source <text>', 'a part of where it came from')
    .addOption(new Option('--outcome <outcome>', 'what became of it').choices(AuditOutcome.options));
}

export function addAudit(program: Command, { group, leaf }: Definer): void {
  const audit = group(program, 'audit', 'The audit chain of a tenant, or without one the installation’s');

  addFilter(
    leaf<FilterOptions & { limit: number; all?: boolean }>(
      audit,
      {
        usage: 'list',
        summary: 'Audit events, newest first',
        examples: [
          'riscura audit list --tenant acme.example --event signed-in --from 2026-06-01',
          'riscura audit list --outcome refused --json | jq ".events[].actor"',
        ],
      },
      async (context, _args, options) => void (await list(context, options)),
    ),
  )
    .option('--limit <count>', 'at most so many', wholeNumber, 50)
    .option('--all', 'all of them, page by page');

  addFilter(
    leaf<FilterOptions & { format: string; out?: string }>(
      audit,
      {
        usage: 'export',
        summary: 'The whole chain as a file that can be verified, or filtered events; asks for your password',
        examples: [
          'riscura audit export --tenant acme.example --out acme-audit.jsonl',
          'riscura audit export --format events-csv --from 2026-06-01 --out june.csv',
        ],
        more: 'riscura verify-audit FILE verifies what jsonl writes, anywhere.',
      },
      async (context, _args, options) => exportChain(context, options),
    ),
  )
    .addOption(
      new Option('--format <format>', 'how it is written')
        .choices(['jsonl', 'ocsf', 'events-csv', 'events-jsonl'])
        .default('jsonl'),
    )
    .option('--out <file>', 'a new file; standard output when it is missing');

  leaf(
    audit,
    {
      usage: 'verify',
      summary: 'Let the console verify the whole chain; ends with 1 when it does not hold',
      examples: ['riscura audit verify --tenant acme.example', 'riscura audit verify --json'],
    },
    async (context) => verify(context),
  );
}
