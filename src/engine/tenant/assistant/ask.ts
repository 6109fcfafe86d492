import {
  type Ask,
  ConsoleError,
  isConsoleError,
  type Message,
  type ModelParameters,
  type Source,
} from '../../../contract';
import { actorOf, type Call } from '../../door';
import { StoreError } from '../../ports';
import { planRoute } from '../models';
import { type Reservation, usageRow } from '../usage';
import { placeOf } from './again';
import { quoteSources } from './extractive';
import { finish } from './finish';
import { buildPrompt, estimateTokens } from './prompt';
import { type Query, questionRows } from './records';
import { RunningAnswer } from './runningAnswers';
import { streamAnswer } from './stream';
import type { AskServices, Work } from './work';

const SOURCES = 4;
const TITLE_CHARACTERS = 64;

/**
 * Takes a question in: quota, conversation, route. What is refused here leaves a usage event and an audit
 * event; what is accepted goes on by itself.
 */
export async function ask(services: AskServices, input: Ask, call: Call): Promise<RunningAnswer> {
  const { context, conversations, quota, running } = services;
  const actor = actorOf(call);
  const startedAt = context.clock.now();
  const begun = context.clock.monotonic();
  const configuration = await services.configuration.read();
  let place: Reservation | null = null;
  try {
    place = await quota.reserve(actor);
    const known = input.conversationId ? await conversations.require(input.conversationId, actor.id) : null;
    const route = await planRoute(context, {
      override: input.options?.modelOverride,
      model: configuration.model,
      fallbacks: configuration.fallbacks,
    });
    const query: Query = {
      conversationId: known?.id ?? context.newId(),
      isNew: known === null,
      title: known?.title ?? titleOf(input.content),
      questionId: context.newId(),
      answerId: context.newId(),
      personId: actor.id,
      content: input.content,
      startedAt,
    };
    const answer = new RunningAnswer(query.answerId, actor.id, query.conversationId);
    const model = route.candidates[0]?.id ?? configuration.model;
    // Drafted in the turn of the call: the door asks for the event as soon as the answer is under way.
    const intent = call.event({
      target: query.answerId,
      outcome: 'intent',
      detail: { model, policy: configuration.version },
    });
    running.set(answer.id, answer);
    void complete(services, { query, input, configuration, route, answer, call, intent, begun, place });
    return answer;
  } catch (problem) {
    place?.cancel();
    await recordRefusal(services, {
      problem,
      call,
      model: configuration.model,
      at: startedAt,
      totalMs: context.clock.monotonic() - begun,
    });
    throw problem;
  }
}

function titleOf(question: string): string {
  const line = question.replace(/\s+/g, ' ').trim();
  return line.length <= TITLE_CHARACTERS ? line : `${line.slice(0, TITLE_CHARACTERS - 1).trimEnd()}…`;
}

interface Refusal {
  readonly problem: unknown;
  readonly call: Call;
  readonly model: string;
  readonly at: number;
  readonly totalMs: number;
}

/** Meters and audits a question that was not taken. */
async function recordRefusal(
  { context }: AskServices,
  { problem, call, model, at, totalMs }: Refusal,
): Promise<void> {
  if (!isConsoleError(problem)) return;
  const id = context.newId();
  const metered = {
    route: 'chosen',
    place: { kind: 'this-machine', region: null },
    inputTokens: 0,
    outputTokens: 0,
    tokensReported: false,
    firstTokenMs: null,
    totalMs,
    cost: { micros: 0, currency: context.entitlements().currency },
    outcome: 'refused',
  } as const;
  await context.store.write({
    rows: [usageRow({ ...metered, id, at, personId: actorOf(call).id, model, problem: problem.code })],
    events: [call.event({ target: id, outcome: 'refused', detail: { code: problem.code } })],
  });
  context.metered(metered);
  context.changes.changed('usage');
}

/** Carries a query from its intent to its receipt. Never rejects: the end reaches whoever follows. */
async function complete(services: AskServices, work: Work): Promise<void> {
  const { context, running } = services;
  const { answer, place } = work;
  try {
    answer.finish({ type: 'finished', message: await answerQuery(services, work) });
  } catch (problem) {
    if (!isConsoleError(problem)) context.log.error('a query could not be finished', problem);
    // As it is: the door of whoever follows makes a typed error of it, and sees a damaged store.
    answer.fail(problem);
  } finally {
    place.leave();
    running.delete(answer.id);
    work.call.claim?.release();
    context.changes.changed('usage');
  }
}

async function answerQuery(services: AskServices, work: Work): Promise<Message> {
  const { context, conversations } = services;
  const { query, input, configuration, route, answer } = work;
  answer.announce({
    type: 'accepted',
    conversationId: query.conversationId,
    questionId: query.questionId,
    answerId: query.answerId,
    title: query.title,
  });
  const turns = query.isNew
    ? (input.options?.history ?? [])
    : await conversations.turns(query.conversationId);
  const intentKept = keepIntent(services, work);
  // Awaited below. What cannot be kept need not be thought about: the model is stopped.
  intentKept.then(
    () => answer.take(),
    () => answer.stop(),
  );
  const mayRead = actorOf(work.call).permissions.has('knowledge.read');
  const sources = mayRead && input.options?.useKnowledge !== false ? await findSources(services, work) : [];
  if (sources.length > 0) answer.announce({ type: 'sources', sources });
  const messages = buildPrompt({
    instructions: configuration.instructions,
    custom: input.options?.customInstructions ?? [],
    sources,
    history: turns,
    question: query.content,
  });
  const streamed = await streamAnswer({
    context,
    answer,
    candidates: route.candidates,
    messages,
    parameters: parametersOf(work),
    intentKept,
    quote: () => quoteSources(query.content, sources, sources.length > 0),
  });
  // The intent stands before it in the same queue. What hinders that hinders both, and says why.
  const finished = finish(services, work, { streamed, sources, estimatedInput: estimateTokens(messages) });
  const [intent, message] = await Promise.allSettled([intentKept, finished]);
  if (intent.status === 'rejected') throw intent.reason;
  if (message.status === 'rejected') throw message.reason;
  return message.value;
}

/** The tenant's parameters with the wishes of the caller; how long an answer may be, the tenant says. */
function parametersOf({ configuration, input }: Work): ModelParameters {
  const own = configuration.parameters;
  const wishes = input.options?.parameters ?? {};
  return {
    temperature: wishes.temperature ?? own.temperature,
    maxTokens: Math.min(own.maxTokens, wishes.maxTokens ?? own.maxTokens),
    topP: wishes.topP ?? own.topP,
    frequencyPenalty: wishes.frequencyPenalty ?? own.frequencyPenalty,
    presencePenalty: wishes.presencePenalty ?? own.presencePenalty,
  };
}

/**
 * Keeps the question, and that an answer is owed.
 * @throws ConsoleError NOT_FOUND when its conversation was deleted meanwhile; that is metered as refused
 */
async function keepIntent(services: AskServices, work: Work): Promise<void> {
  const { context } = services;
  const { query, intent, route, configuration, call, begun, place } = work;
  const model = route.candidates[0]?.id ?? configuration.model;
  try {
    await context.store.write({
      rows: questionRows(context, query, model),
      statements: call.claim?.tie(placeOf(query)) ?? [],
      events: [intent],
      // A cloud is asked only once this is on the disk; a model of the house thinks meanwhile.
      patient: route.candidates[0]?.model?.place.kind !== 'cloud',
    });
  } catch (cause) {
    place.cancel();
    if (!(cause instanceof StoreError && cause.problem === 'constraint')) throw cause;
    const problem = new ConsoleError(
      'NOT_FOUND',
      { reason: 'The conversation was deleted meanwhile.' },
      cause,
    );
    const totalMs = context.clock.monotonic() - begun;
    await recordRefusal(services, { problem, call, model, at: query.startedAt, totalMs });
    throw problem;
  }
}

/** What the documents hold about the question. A search that fails leaves an answer without sources. */
async function findSources({ context, search }: AskServices, { query, answer }: Work): Promise<Source[]> {
  try {
    return await search.find(query.content, SOURCES, answer.stopped);
  } catch (problem) {
    if (!answer.stopped.aborted) context.log.error('an answer goes without sources', problem);
    return [];
  }
}
