import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { listAddresses } from '../connection/addresses';
import { call } from '../connection/link';
import { EXIT, failure } from '../failure';
import type { CommandContext } from './context';
import type { Definer } from './define';

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw failure('USAGE', 'The input is no JSON.');
  }
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

async function callByName({ open, output, signal }: CommandContext, name: string, input: string) {
  const [scope = '', ...rest] = name.split('.');
  const value = parse(input === '-' ? await readAll(process.stdin) : input);
  const { link, inTenant } = await open();
  const tenant = scope === 'tenant' ? (inTenant().context.tenant ?? null) : null;
  const answer = await call(link, scope, rest.join('.'), value, tenant, signal);
  if (!isStream(answer)) return output.value(answer);
  for await (const one of answer) output.value(one, true);
}

export function addCall(program: Command, { leaf }: Definer): void {
  leaf<{ list?: boolean }>(
    program,
    {
      usage: 'call [name] [json]',
      summary: 'Ask for any procedure of the contract by its name; the answer is JSON',
      examples: [
        'riscura call --list',
        'riscura call installation.plans.list',
        'riscura call tenant.overview.read \'{"period":"7d"}\' --tenant acme.example',
        'riscura call tenant.configuration.update - < configuration.json',
      ],
      more: 'What procedures take and answer stands in /api/v1/openapi.json. Streams come as lines of JSON. Secrets belong in standard input (-), not in the arguments.',
    },
    async (context, [name, input = '{}'], { list = false }) => {
      if (!list && name === undefined)
        throw failure('USAGE', 'It does not say which procedure; --list shows them.');
      if (!list) await callByName(context, name ?? '', input);
      else if (context.output.json) context.output.value({ procedures: listAddresses() });
      else
        context.output.table(
          [
            { title: 'NAME', of: (one) => one.name },
            { title: 'WHAT', of: ({ summary }) => summary, shrinks: true },
          ],
          listAddresses(),
        );
      return EXIT.ok;
    },
  ).option('--list', 'the names of all procedures');
}
