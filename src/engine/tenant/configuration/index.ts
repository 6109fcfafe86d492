import {
  Configuration,
  ConsoleError,
  type Model,
  ModelParameters,
  type ParameterWishes,
  type tenantContract,
} from '../../../contract';
import type { Handlers } from '../../door';
import type { Rows } from '../../mechanism/store';
import { bulkInsert } from '../../mechanism/store';
import type { SqlRow } from '../../ports';
import type { RuntimeContext } from '../context';
import { refusalOf } from '../models';

type Settings = Omit<Configuration, 'residency'>;

const INSERT = bulkInsert('configuration', [
  'version',
  'model',
  'fallbacks',
  'parameters',
  'sealed_instructions',
  'changed_at',
]);

const place = (version: number) => ({
  table: 'configuration',
  column: 'sealed_instructions',
  row: String(version),
});

/** How the tenant's questions are answered; kept in memory once read. */
export interface ConfigurationService {
  read(): Promise<Configuration>;
  readonly handlers: Handlers<(typeof tenantContract)['configuration']>;
}

/** The row of a configuration, sealed, for the write that keeps it. */
export function configurationRow(
  context: Pick<RuntimeContext, 'cipher' | 'clock'>,
  settings: Settings,
): Rows {
  const { version, model, fallbacks, parameters, instructions } = settings;
  const sealed = context.cipher.seal(place(version), instructions);
  const row = [
    version,
    model,
    JSON.stringify(fallbacks),
    JSON.stringify(parameters),
    sealed,
    context.clock.now(),
  ];
  return { into: INSERT, rows: [row] };
}

/** The members that are there: what is left out stays as it was. */
function said(wishes: ParameterWishes): ParameterWishes {
  return Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined));
}

/** What two versions are compared by. */
function unversioned({ version: _, ...settings }: Settings): Omit<Settings, 'version'> {
  return settings;
}

export function createConfiguration(context: RuntimeContext): ConfigurationService {
  const { store, cipher } = context;
  let current: Settings | null = null;

  function fromRow(row: SqlRow): Settings {
    const version = Number(row.version);
    return {
      version,
      model: String(row.model),
      fallbacks: Configuration.shape.fallbacks.parse(JSON.parse(String(row.fallbacks))),
      parameters: ModelParameters.parse(JSON.parse(String(row.parameters))),
      instructions: cipher.open(place(version), String(row.sealed_instructions)),
    };
  }

  async function load(): Promise<Settings> {
    if (current) return current;
    const [row] = await store.read('SELECT * FROM configuration ORDER BY version DESC LIMIT 1');
    if (!row) throw new Error('the tenant has no configuration');
    current = fromRow(row);
    return current;
  }

  async function read(): Promise<Configuration> {
    return { ...(await load()), residency: context.entitlements().residency };
  }

  function usability(model: Model): { model: Model; allowed: boolean; reason: string | null } {
    const refusal = refusalOf(context, model);
    return { model, allowed: refusal === null, reason: refusal?.detail.reason ?? null };
  }

  return {
    read,
    handlers: {
      read,
      async update(input, call) {
        const before = await load();
        if (input.version !== undefined && before.version !== input.version)
          throw new ConsoleError('CONFLICT');
        const next: Settings = {
          version: before.version + 1,
          model: input.model ?? before.model,
          fallbacks: input.fallbacks ?? before.fallbacks,
          parameters: ModelParameters.parse({ ...before.parameters, ...said(input.parameters ?? {}) }),
          instructions: input.instructions ?? before.instructions,
        };
        await store.write({
          rows: [configurationRow(context, next)],
          events: [
            call.event({
              detail: { version: next.version, model: next.model },
              change: { before: unversioned(before), after: unversioned(next) },
            }),
          ],
        });
        current = next;
        return read();
      },
      async models() {
        const models = await context.directory.list();
        return models.filter((model) => model.kind === 'chat').map(usability);
      },
    },
  };
}
