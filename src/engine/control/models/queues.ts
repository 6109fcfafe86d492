import { z } from 'zod';
import { ConsoleError, type installationContract } from '../../../contract';
import type { Handlers } from '../../door';
import { createFairQueue, type FairQueue } from '../../mechanism/fairQueue';
import type { ModelTurns } from '../../tenant';
import type { ControlContext } from '../context';
import { EMBEDDED } from './embedded';
import type { Providers } from './providers';

/** How many answers a server of each kind is taken to make at the same time, until an operator says it. */
const PLACES = { ollama: 8, 'openai-compatible': 128 } as const;
const MOST_WAITING = 256;
const LONGEST_WAIT_MS = 60_000;

const SETTING = 'model-places';
const Places = z.record(z.string(), z.number().int().min(1));

/** The lines before the servers of models. Tenants share each by the priority of their plans. */
export interface ModelQueues {
  /** What one tenant has of them: it cannot name another. @param priority asked with each question */
  of(tenantId: string, priority: () => number): ModelTurns;
  readonly handlers: Pick<Handlers<(typeof installationContract)['models']>, 'load' | 'setPlaces'>;
}

interface QueuesOptions {
  readonly context: ControlContext;
  readonly providers: Pick<Providers, 'all' | 'require'>;
  /** The name of a tenant. */
  readonly nameOf: (tenantId: string) => string;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when the places were edited outside the console */
export async function openModelQueues({ context, providers, nameOf }: QueuesOptions): Promise<ModelQueues> {
  const { store, seals, census, ports } = context;
  const queues = new Map<string, FairQueue>();
  let set: z.infer<typeof Places> = {};
  let revision = 0;

  const [row] = await store.read('SELECT * FROM settings WHERE name = ?', [SETTING]);
  if (row) {
    const kept = seals.settings.require(row);
    set = Places.parse(JSON.parse(String(kept.value)));
    revision = Number(kept.revision);
  }

  function placesOf(provider: string): number {
    return provider === EMBEDDED
      ? ports.embeddedRuntime.atOnce
      : (set[provider] ?? PLACES[providers.require(provider).kind]);
  }

  function queueOf(provider: string): FairQueue {
    const known = queues.get(provider);
    if (known) return known;
    const queue = createFairQueue({
      clock: ports.clock,
      places: placesOf(provider),
      mostWaiting: MOST_WAITING,
      longestWaitMs: LONGEST_WAIT_MS,
    });
    queues.set(provider, queue);
    return queue;
  }

  return {
    of: (id, priority) => ({
      enter: ({ provider }, signal, onPosition) =>
        queueOf(provider).enter({ id, weight: priority() }, signal, onPosition),
    }),
    handlers: {
      load: async () =>
        [EMBEDDED, ...providers.all().map(({ id }) => id)].map((provider) => {
          const { longest, ...load } = queueOf(provider).load();
          return {
            provider,
            ...load,
            longest: longest && {
              tenantId: longest.flow,
              tenantName: nameOf(longest.flow),
              waitedMs: longest.waitedMs,
            },
          };
        }),
      async setPlaces({ provider, places }, call) {
        if (provider === EMBEDDED) {
          throw new ConsoleError('CONFLICT', { reason: 'The embedded runtime decides that by itself.' });
        }
        providers.require(provider);
        const before = placesOf(provider);
        const next = { ...set, [provider]: places };
        const kept = { name: SETTING, value: JSON.stringify(next), revision: revision + 1 };
        await census.write(
          { settings: revision === 0 ? 1 : 0 },
          {
            statements: [
              {
                sql: 'INSERT OR REPLACE INTO settings (name, value, revision, mac) VALUES (?, ?, ?, ?)',
                params: [kept.name, kept.value, kept.revision, seals.settings.of(kept)],
              },
            ],
            events: [call.event({ target: provider, detail: { places }, change: { before, after: places } })],
          },
        );
        set = next;
        revision = kept.revision;
        queues.get(provider)?.setPlaces(places);
        return {};
      },
    },
  };
}
