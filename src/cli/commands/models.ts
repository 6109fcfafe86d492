import type { Command } from 'commander';
import type { Model } from '../../contract';
import { EXIT } from '../failure';
import { moneyOf, plainText, sizeOf } from '../output/text';
import type { CommandContext } from './context';
import type { Definer } from './define';

interface Row {
  readonly model: Model;
  readonly allowed: string;
}

function priceOf({ price }: Model): string {
  if (!price) return '-';
  if (price.per === 'compute-second') return `${moneyOf(price.amount)}/s`;
  return `${moneyOf(price.input)} + ${moneyOf(price.output)}/M`;
}

function show({ output }: CommandContext, rows: readonly Row[]): void {
  output.table(
    [
      { title: 'ID', of: ({ model }) => model.id, shrinks: true },
      { title: 'KIND', of: ({ model }) => model.kind },
      { title: 'PLACE', of: ({ model }) => model.place.region ?? model.place.kind },
      { title: 'SIZE', of: ({ model }) => sizeOf(model.sizeBytes), align: 'right' },
      { title: 'PRICE', of: ({ model }) => priceOf(model), align: 'right' },
      { title: 'ALLOWED', of: ({ allowed }) => allowed, shrinks: true },
    ],
    rows,
  );
}

async function list(context: CommandContext) {
  const { client, tenant, inTenant } = await context.open();
  const { output } = context;
  if (tenant === null) {
    const models = await client.installation.models.list({});
    if (output.json) return output.value({ models });
    return show(
      context,
      models.map((model) => ({ model, allowed: '-' })),
    );
  }
  const models = await client.tenant.configuration.models({}, inTenant());
  if (output.json) return output.value({ models });
  show(
    context,
    models.map(({ model, allowed, reason }) => ({ model, allowed: allowed ? 'yes' : (reason ?? 'no') })),
  );
}

export function addModels(program: Command, { group, leaf }: Definer): void {
  const models = group(program, 'models', 'The models of the installation, or with --tenant of a tenant');

  leaf(
    models,
    {
      usage: 'list',
      summary: 'The models of all providers, or those that a tenant may use',
      examples: ['riscura models list', 'riscura models list --tenant acme.example --json'],
      isDefault: true,
    },
    async (context) => void (await list(context)),
  );

  leaf(
    models,
    {
      usage: 'show <model>',
      summary: 'One model with its licence; for operators',
      examples: ['riscura models show embedded/smollm2-135m-instruct'],
    },
    async ({ open, output }, [id = '']) => {
      const { client } = await open();
      const shown = await client.installation.models.show({ id });
      const { model, licenceText } = shown;
      if (output.json) output.value(shown);
      else {
        output.facts([
          ['Id', model.id],
          ['Provider', model.provider],
          ['Parameters', model.parameters],
          ['Quantization', model.quantization],
          ['Context', model.contextTokens],
          ['Size', sizeOf(model.sizeBytes)],
          ['SHA-256', model.digest],
          ['Licence', model.licence],
          ['Price', priceOf(model)],
        ]);
        if (licenceText !== null) await output.piece(`\n${plainText(licenceText)}\n`);
      }
      return EXIT.ok;
    },
  );
}
