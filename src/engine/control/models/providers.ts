import { ConsoleError, type installationContract, type Place, type Provider } from '../../../contract';
import type { Call, Handlers } from '../../door';
import type { EgressBroker } from '../../mechanism/egress';
import { bulkInsert, type Write } from '../../mechanism/store';
import type { ModelStoreProvider, ProviderFactory, ProviderSettings, SqlRow } from '../../ports';
import type { ControlContext } from '../context';

const INSERT = bulkInsert('providers', [
  'id',
  'kind',
  'name',
  'base_url',
  'place',
  'region',
  'evidence',
  'has_key',
  'created_at',
  'mac',
]);
const ANSWER_MS = 4_000;
const OLLAMA_DEFAULT = 'http://127.0.0.1:11434';

/** A provider as the catalogue holds it. */
export interface ProviderRecord {
  readonly id: string;
  readonly kind: 'ollama' | 'openai-compatible';
  readonly name: string;
  readonly baseUrl: string;
  readonly place: Place;
  readonly hasKey: boolean;
}

/** A provider as it is talked to; only some turn texts into vectors. */
type ConnectedProvider =
  | ReturnType<ProviderFactory['ollama']>
  | ReturnType<ProviderFactory['openAiCompatible']>;

/** The declared providers, checked against their seals and kept in memory. */
export interface Providers {
  all(): readonly ProviderRecord[];
  /** @throws ConsoleError NOT_FOUND */
  require(id: string): ProviderRecord;
  /** A provider over the connections of whoever asks. */
  connect(record: ProviderRecord, fetch: typeof globalThis.fetch): Promise<ConnectedProvider>;
  /** @throws ConsoleError BAD_INPUT when the provider does not hold models */
  connectStore(record: ProviderRecord, purpose: 'model' | 'model-pull'): Promise<ModelStoreProvider>;
  readonly handlers: Pick<
    Handlers<(typeof installationContract)['models']>,
    'providers' | 'declareProvider' | 'removeProvider' | 'discover'
  >;
}

interface ProvidersOptions {
  readonly context: ControlContext;
  readonly egress: EgressBroker;
  readonly builtIn: () => Promise<Provider[]>;
  readonly onChange: () => void;
}

export async function openProviders({
  context,
  egress,
  builtIn,
  onChange,
}: ProvidersOptions): Promise<Providers> {
  const { store, seals, census, ports, newId } = context;
  const secrets = new Map<string, string | null>();
  let records = await load();

  async function load(): Promise<ProviderRecord[]> {
    const rows = await store.read('SELECT * FROM providers ORDER BY created_at');
    return rows.map((row) => recordFrom(seals.providers.require(row)));
  }

  async function settingsOf(
    record: ProviderRecord,
    fetch: typeof globalThis.fetch,
  ): Promise<ProviderSettings> {
    if (record.hasKey && !secrets.has(record.id)) {
      secrets.set(record.id, await ports.keystore.readSecret({ kind: 'provider', providerId: record.id }));
    }
    const { id, baseUrl, place } = record;
    return { id, baseUrl, place, key: secrets.get(id) ?? null, fetch };
  }

  function ownFetch(record: ProviderRecord, purpose: 'model' | 'model-pull'): typeof globalThis.fetch {
    return egress.fetchFor({ baseUrl: record.baseUrl, purpose, place: record.place });
  }

  async function connect(record: ProviderRecord, fetch: typeof globalThis.fetch): Promise<ConnectedProvider> {
    const settings = await settingsOf(record, fetch);
    return record.kind === 'ollama'
      ? ports.providers.ollama(settings)
      : ports.providers.openAiCompatible(settings);
  }

  async function look(record: ProviderRecord): Promise<Provider> {
    const shown = { ...record, state: 'ready' as const, problem: null, version: null };
    try {
      const provider = await connect(record, ownFetch(record, 'model'));
      return { ...shown, version: await provider.version(AbortSignal.timeout(ANSWER_MS)) };
    } catch (problem) {
      if (!(problem instanceof ConsoleError)) throw problem;
      const refused = ['EGRESS_REFUSED', 'RESIDENCY_REFUSED', 'MODEL_REFUSED'].includes(problem.code);
      return {
        ...shown,
        state: refused ? 'refused' : 'unreachable',
        problem: problem.detail.reason ?? problem.message,
      };
    }
  }

  function require(id: string): ProviderRecord {
    const record = records.find((candidate) => candidate.id === id);
    if (!record) throw new ConsoleError('NOT_FOUND');
    return record;
  }

  return {
    all: () => records,
    require,
    connect,

    async connectStore(record, purpose) {
      if (record.kind !== 'ollama') {
        throw new ConsoleError('BAD_INPUT', { reason: 'Only an Ollama server lets its models be managed.' });
      }
      return ports.providers.ollama(await settingsOf(record, ownFetch(record, purpose)));
    },

    handlers: {
      providers: async () => [...(await builtIn()), ...(await Promise.all(records.map(look)))],

      async declareProvider(input, call: Call) {
        const id = `${input.kind === 'ollama' ? 'ollama' : 'openai'}-${newId().slice(-8)}`;
        const row = {
          id,
          kind: input.kind,
          name: input.name,
          base_url: input.baseUrl.replace(/\/+$/, ''),
          place: input.place,
          region: input.region,
          evidence: input.evidence,
          has_key: input.key === null ? 0 : 1,
          created_at: ports.clock.now(),
        };
        await store.write({
          events: [call.event({ target: id, outcome: 'intent', detail: { kind: input.kind } })],
        });
        if (input.key !== null)
          await ports.keystore.writeSecret({ kind: 'provider', providerId: id }, input.key);
        const write: Write = {
          rows: [{ into: INSERT, rows: [[...Object.values(row), seals.providers.of(row)]] }],
          events: [
            call.event({
              target: id,
              detail: { kind: input.kind, place: input.place },
              change: { before: null, after: recordFrom(row) },
            }),
          ],
        };
        await census.write({ providers: 1 }, write);
        records = await load();
        onChange();
        return look(require(id));
      },

      async removeProvider({ id }, call) {
        const record = require(id);
        const write: Write = {
          statements: [{ sql: 'DELETE FROM providers WHERE id = ?', params: [id], expect: 1 }],
          events: [
            call.event({
              target: id,
              outcome: record.hasKey ? 'intent' : 'done',
              change: { before: record, after: null },
            }),
          ],
        };
        await census.write({ providers: -1 }, write);
        records = await load();
        secrets.delete(id);
        onChange();
        if (record.hasKey) {
          await ports.keystore.removeSecret({ kind: 'provider', providerId: id });
          await store.write({ events: [call.event({ target: id, detail: { keyDestroyed: true } })] });
        }
        return {};
      },

      async discover() {
        const place: Place = { kind: 'this-machine', region: null };
        const fetch = egress.fetchFor({ baseUrl: OLLAMA_DEFAULT, purpose: 'model', place });
        const server = ports.providers.ollama({
          id: 'discovery',
          baseUrl: OLLAMA_DEFAULT,
          key: null,
          place,
          fetch,
        });
        try {
          return { baseUrl: OLLAMA_DEFAULT, version: await server.version(AbortSignal.timeout(ANSWER_MS)) };
        } catch (problem) {
          if (!(problem instanceof ConsoleError)) throw problem;
          return { baseUrl: null, version: null };
        }
      },
    },
  };
}

function recordFrom(row: SqlRow): ProviderRecord {
  return {
    id: String(row.id),
    kind: row.kind === 'ollama' ? 'ollama' : 'openai-compatible',
    name: String(row.name),
    baseUrl: String(row.base_url),
    place: { kind: row.place as Place['kind'], region: row.region === null ? null : String(row.region) },
    hasKey: row.has_key === 1,
  };
}
