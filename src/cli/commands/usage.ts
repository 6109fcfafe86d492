import { type Command, InvalidArgumentError, Option } from 'commander';
import { Period, QueryOutcome, type UsageEvent } from '../../contract';
import { EXIT } from '../failure';
import { moneyOf, sizeOf, timeOf } from '../output/text';
import { type CommandContext, collectPages, type Session } from './context';
import { type Definer, wholeNumber } from './define';
import { exportTo } from './exportFile';

const DAY_MS = 86_400_000;

/** @returns milliseconds since 1970 @throws InvalidArgumentError */
export function instant(text: string): number {
  const at = Date.parse(text);
  if (!/^\d{4}-\d{2}/.test(text) || !Number.isFinite(at) || at < 0) {
    throw new InvalidArgumentError('It is no time such as 2026-06-30 or 2026-06-30T12:00:00Z.');
  }
  return at;
}

interface SpanOptions {
  readonly from?: number;
  readonly to?: number;
  readonly outcome?: QueryOutcome;
  readonly model?: string;
}

/** What is asked of the usage events: the last thirty days when nothing else is said. */
function wishesOf({ from, to, outcome, model }: SpanOptions) {
  const end = to ?? Date.now();
  return {
    from: from ?? Math.max(0, end - 30 * DAY_MS),
    to: end,
    ...(outcome && { outcome }),
    ...(model && { model }),
  };
}

async function show({ open, output }: CommandContext, period: Period) {
  const { client, inTenant } = await open();
  const overview = await client.tenant.overview.read({ period }, inTenant());
  if (output.json) return output.value(overview);
  const { queries, failed, inputTokens, outputTokens, activeUsers, p95Ms, costMicros, currency, quota } =
    overview;
  output.facts([
    ['From', timeOf(overview.from)],
    ['To', timeOf(overview.to)],
    ['Queries', queries.value],
    ['Failed', failed.value],
    ['Tokens in', inputTokens.value],
    ['Tokens out', outputTokens.value],
    ['People', activeUsers.value],
    ['p95', `${Math.round(p95Ms.value)} ms`],
    ['Cost', moneyOf({ micros: costMicros.value, currency })],
    ['Queries this month', `${quota.queriesUsed} of ${quota.queriesLimit ?? 'unlimited'}`],
    ['Storage', `${sizeOf(quota.storageUsedBytes)} of ${sizeOf(quota.storageLimitBytes)}`],
  ]);
}

async function list(
  { open, output }: CommandContext,
  options: SpanOptions & { limit: number; all?: boolean },
) {
  const { client, inTenant } = await open();
  const { limit, all = false } = options;
  const wishes = { ...wishesOf(options), limit: all ? 200 : limit };
  const { rows, last } = await collectPages(
    (cursor) => client.tenant.usage.list({ ...wishes, ...(cursor && { cursor }) }, inTenant()),
    ({ events }) => events,
    all,
  );
  if (output.json) return output.value({ events: rows, next: last.next });
  output.table(
    [
      { title: 'AT', of: ({ at }) => timeOf(at) },
      { title: 'PERSON', of: ({ userName }) => userName, shrinks: true },
      { title: 'MODEL', of: ({ model }) => model, shrinks: true },
      { title: 'IN', of: ({ inputTokens }) => inputTokens, align: 'right' },
      { title: 'OUT', of: ({ outputTokens }) => outputTokens, align: 'right' },
      { title: 'MS', of: ({ totalMs }) => Math.round(totalMs), align: 'right' },
      { title: 'COST', of: ({ cost }) => moneyOf(cost), align: 'right' },
      { title: 'OUTCOME', of: ({ outcome }) => outcome },
    ],
    rows,
  );
  if (last.next !== null) output.note('There are more; --all shows them all.');
}

const COLUMNS: readonly (readonly [string, (event: UsageEvent) => string | number | boolean | null])[] = [
  ['id', ({ id }) => id],
  ['at', ({ at }) => new Date(at).toISOString()],
  ['person', ({ personId }) => personId],
  ['name', ({ userName }) => userName],
  ['model', ({ model }) => model],
  ['route', ({ route }) => route],
  ['place', ({ place }) => place.kind],
  ['region', ({ place }) => place.region],
  ['input_tokens', ({ inputTokens }) => inputTokens],
  ['output_tokens', ({ outputTokens }) => outputTokens],
  ['tokens_reported', ({ tokensReported }) => tokensReported],
  ['first_token_ms', ({ firstTokenMs }) => firstTokenMs],
  ['total_ms', ({ totalMs }) => totalMs],
  ['cost_micros', ({ cost }) => cost.micros],
  ['currency', ({ cost }) => cost.currency],
  ['outcome', ({ outcome }) => outcome],
  ['problem', ({ problem }) => problem],
];

/** A cell of RFC 4180. What a spreadsheet would take for a formula is led by an apostrophe. */
function cell(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Reads page after page, so that a long span costs no memory. */
async function* pieces(
  { client, inTenant }: Session,
  wishes: ReturnType<typeof wishesOf>,
  format: 'csv' | 'jsonl',
): AsyncGenerator<{ text: string; records: number }> {
  let records = 0;
  let cursor: string | undefined;
  if (format === 'csv') yield { text: `${COLUMNS.map(([name]) => name).join(',')}\r\n`, records };
  const lineOf = (event: UsageEvent): string =>
    format === 'csv'
      ? `${COLUMNS.map(([, of]) => cell(of(event))).join(',')}\r\n`
      : `${JSON.stringify(event)}\n`;
  do {
    const page = await client.tenant.usage.list(
      { ...wishes, limit: 200, ...(cursor && { cursor }) },
      inTenant(),
    );
    records += page.events.length;
    yield { text: page.events.map(lineOf).join(''), records };
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

function addSpan(command: Command): Command {
  return command
    .option('--from <time>', 'from this time on; thirty days ago when it is missing', instant)
    .option('--to <time>', 'to before this time', instant)
    .addOption(new Option('--outcome <outcome>', 'what became of it').choices(QueryOutcome.options))
    .option('--model <model>', 'answered by this model');
}

export function addUsage(program: Command, { group, leaf }: Definer): void {
  const usage = group(program, 'usage', 'What a tenant has used');

  leaf<{ period: Period }>(
    usage,
    {
      usage: 'show',
      summary: 'The key figures of a period',
      examples: [
        'riscura usage --tenant acme.example',
        'riscura usage --period 7d --json | jq .costMicros.value',
      ],
      isDefault: true,
    },
    async (context, _args, { period }) => void (await show(context, period)),
  ).addOption(new Option('--period <period>', 'how far back').choices(Period.options).default('30d'));

  addSpan(
    leaf<SpanOptions & { limit: number; all?: boolean }>(
      usage,
      {
        usage: 'list',
        summary: 'The queries that the figures are made of, newest first',
        examples: [
          'riscura usage list --tenant acme.example --from 2026-06-01 --to 2026-07-01 --outcome failed',
        ],
      },
      async (context, _args, options) => void (await list(context, options)),
    ),
  )
    .option('--limit <count>', 'at most so many', wholeNumber, 50)
    .option('--all', 'all of them, page by page');

  addSpan(
    leaf<SpanOptions & { format: 'csv' | 'jsonl'; out?: string }>(
      usage,
      {
        usage: 'export',
        summary: 'The same as a file',
        examples: [
          'riscura usage export --tenant acme.example --from 2026-06-01 --to 2026-07-01 --out june.csv',
        ],
      },
      async (context, _args, { format, out, ...options }) => {
        const session = await context.open();
        const begin = async () => pieces(session, wishesOf(options), format);
        await exportTo(context, out, begin, ({ records }) => records);
        return EXIT.ok;
      },
    ),
  )
    .addOption(new Option('--format <format>', 'how it is written').choices(['csv', 'jsonl']).default('csv'))
    .option('--out <file>', 'a new file; standard output when it is missing');
}
