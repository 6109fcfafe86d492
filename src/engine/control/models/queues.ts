import { createFairQueue, type FairQueue, type QueueLoad } from '../../mechanism/fairQueue';
import type { EnginePorts } from '../../ports';
import type { ModelTurns } from '../../tenant';
import { EMBEDDED } from './embedded';

/** How many answers each kind of server makes at the same time; what is more waits here and not there. */
const OLLAMA_PLACES = 8;
const OPENAI_PLACES = 128;
const MOST_WAITING = 256;
const LONGEST_WAIT_MS = 60_000;

/** The lines before the servers of models. Tenants share each by the priority of their plans. */
export interface ModelQueues {
  /** What one tenant has of them: it cannot name another. @param priority asked with each question */
  of(tenantId: string, priority: () => number): ModelTurns;
  /** How much is going on at each provider that was asked, by its id. */
  loads(): [provider: string, load: QueueLoad][];
}

export function createModelQueues({
  clock,
  embeddedRuntime,
}: Pick<EnginePorts, 'clock' | 'embeddedRuntime'>): ModelQueues {
  const queues = new Map<string, FairQueue>();

  function placesOf(provider: string): number {
    if (provider === EMBEDDED) return embeddedRuntime.atOnce;
    return provider.startsWith('ollama-') ? OLLAMA_PLACES : OPENAI_PLACES;
  }

  function queueOf(provider: string): FairQueue {
    const known = queues.get(provider);
    if (known) return known;
    const queue = createFairQueue({
      clock,
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
    loads: () => [...queues].map(([provider, queue]) => [provider, queue.load()]),
  };
}
