import { ConsoleError, isConsoleError, type Model, type Place } from '../../../contract';
import type { ChatEvent, ChatMessage } from '../../ports';
import type { RuntimeContext } from '../context';
import type { Candidate, OpenModel, PassedOver } from '../models';
import type { RunningAnswer } from './runningAnswers';

const HERE: Place = { kind: 'this-machine', region: null };

/** What a model made of a prompt. Times are monotonic milliseconds. */
export interface Streamed {
  readonly candidate: Candidate;
  readonly place: Place;
  readonly endpoint: string;
  readonly usage: { inputTokens: number; outputTokens: number } | null;
  readonly firstTokenAt: number | null;
  readonly startedAt: number;
  readonly outcome: 'answered' | 'stopped' | 'failed' | 'interrupted';
  readonly problem: ConsoleError | null;
}

interface StreamOptions {
  readonly context: RuntimeContext;
  readonly answer: RunningAnswer;
  readonly candidates: readonly Candidate[];
  readonly messages: readonly ChatMessage[];
  readonly parameters: Parameters<OpenModel['chat']>[0]['parameters'];
  /** Awaited before a byte leaves for a model that is not in this building. */
  readonly intentKept: Promise<unknown>;
  /** The answer of last resort. */
  readonly quote: () => string;
}

/**
 * Tries the candidates in their order. One that fails before its first word is passed over; one that fails
 * later ends the answer, with what it said so far.
 */
export async function streamAnswer(options: StreamOptions): Promise<Streamed & { passedOver: PassedOver[] }> {
  const passedOver: PassedOver[] = [];
  let busy: Streamed | null = null;
  for (const candidate of options.candidates) {
    // Whoever may ask again in a moment is not served quotations instead.
    if (busy && !candidate.model) return { ...busy, passedOver: passedOver.slice(0, -1) };
    const streamed = candidate.model
      ? await streamModel(options, candidate, candidate.model)
      : quoteDocuments(options, candidate);
    const silent = streamed.firstTokenAt === null && streamed.outcome === 'failed';
    if (!silent) return { ...streamed, passedOver };
    busy = streamed.problem?.code === 'MODEL_BUSY' ? streamed : null;
    passedOver.push({ model: candidate.id, reason: reasonOf(streamed.problem) });
  }
  throw new ConsoleError('MODEL_UNAVAILABLE');
}

function reasonOf(problem: ConsoleError | null): string {
  return problem?.detail.reason ?? problem?.message ?? 'did not answer';
}

function quoteDocuments({ context, answer, quote }: StreamOptions, candidate: Candidate): Streamed {
  const startedAt = context.clock.monotonic();
  const isStopped = answer.stopped.aborted;
  answer.announce({ type: 'route', model: candidate.id, place: HERE });
  if (!isStopped) answer.append(quote());
  return {
    candidate,
    place: HERE,
    endpoint: 'this console',
    usage: { inputTokens: 0, outputTokens: 0 },
    firstTokenAt: isStopped ? null : context.clock.monotonic(),
    startedAt,
    outcome: isStopped ? 'stopped' : 'answered',
    problem: null,
  };
}

async function streamModel(options: StreamOptions, candidate: Candidate, model: Model): Promise<Streamed> {
  const { context, answer, messages, parameters, intentKept } = options;
  let startedAt = context.clock.monotonic();
  let leave: (() => void) | null = null;
  const signal = AbortSignal.any([answer.stopped, context.closing]);
  let usage: Streamed['usage'] = null;
  let firstTokenAt: number | null = null;
  let endpoint = model.provider;
  const ended = (outcome: Streamed['outcome'], problem: ConsoleError | null): Streamed => ({
    candidate,
    place: model.place,
    endpoint,
    usage,
    firstTokenAt,
    startedAt,
    outcome,
    problem,
  });
  /** Somebody pressed stop, or the runtime closes. */
  const cutShort = () =>
    answer.stopped.aborted
      ? ended('stopped', null)
      : ended('interrupted', new ConsoleError('HOST_RESTARTING'));
  try {
    if (model.place.kind === 'cloud') await intentKept;
    leave = await context.turns.enter(model, signal, (position) =>
      answer.wait({ type: 'waiting', model: candidate.id, position }),
    );
    startedAt = context.clock.monotonic();
    const open = await context.directory.open(model, context.egress.fetchFor, context.tenantId);
    endpoint = open.endpoint;
    for await (const event of untilAborted(open.chat({ messages, parameters, signal }), signal)) {
      if (event.type === 'usage') {
        usage = { inputTokens: event.inputTokens, outputTokens: event.outputTokens };
        continue;
      }
      if (event.text === '') continue;
      if (firstTokenAt === null) {
        firstTokenAt = context.clock.monotonic();
        answer.announce({ type: 'route', model: candidate.id, place: model.place });
      }
      answer.append(event.text);
    }
    if (firstTokenAt === null && !signal.aborted) {
      return ended('failed', new ConsoleError('MODEL_FAILED', { reason: 'The model answered nothing.' }));
    }
    return signal.aborted ? cutShort() : ended('answered', null);
  } catch (problem) {
    if (signal.aborted) return cutShort();
    if (!isConsoleError(problem)) context.log.error('a model failed', problem);
    return ended('failed', isConsoleError(problem) ? problem : new ConsoleError('MODEL_FAILED', {}, problem));
  } finally {
    leave?.();
  }
}

/** The events of a model until the signal aborts, also when the model does not heed it. */
async function* untilAborted(
  events: AsyncIterable<ChatEvent>,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent> {
  const iterator = events[Symbol.asyncIterator]();
  let leave: () => void = () => undefined;
  const abort = () => leave();
  signal.addEventListener('abort', abort, { once: true });
  try {
    while (!signal.aborted) {
      // A promise for each event: one for all of them would keep every wait. A late failure finds it settled.
      const result = await new Promise<IteratorResult<ChatEvent> | null>((resolve, reject) => {
        leave = () => resolve(null);
        iterator.next().then(resolve, reject);
      });
      if (result === null || result.done) return;
      yield result.value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    iterator.return?.()?.catch(() => undefined);
  }
}
