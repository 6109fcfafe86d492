import {
  type Ask,
  type Configuration,
  ConsoleError,
  isConsoleError,
  type Message,
  type Source,
} from '../../../contract';
import { actorOf, type Call } from '../../door';
import type { AuditPlace } from '../../mechanism/chain';
import type { RuntimeContext } from '../context';
import type { Search } from '../knowledge';
import { costOf, planRoute, type Route } from '../models';
import { type Quota, usageRow } from '../usage';
import type { Conversations } from './conversations';
import { quoteSources } from './extractive';
import { buildPrompt, estimateTokens, type Turn } from './prompt';
import { type Answer, answerRows, type Query, questionRows, type ReceiptBody } from './records';
import { RunningAnswer } from './runningAnswers';
import { type Streamed, streamAnswer } from './stream';
import { supportOf } from './support';

const SOURCES = 4;
const TITLE_CHARACTERS = 64;

export interface AskServices {
  readonly context: RuntimeContext;
  readonly conversations: Conversations;
  readonly configuration: { read(): Promise<Configuration> };
  readonly search: Search;
  readonly quota: Quota;
  readonly running: Map<string, RunningAnswer>;
}

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
  let leave: (() => void) | null = null;
  try {
    leave = await quota.reserve();
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
    running.set(answer.id, answer);
    void complete(services, { query, input, configuration, route, answer, call, begun, leave });
    return answer;
  } catch (problem) {
    leave?.();
    await recordRefusal(
      services,
      problem,
      call,
      configuration.model,
      startedAt,
      context.clock.monotonic() - begun,
    );
    throw problem;
  }
}

function titleOf(question: string): string {
  const line = question.replace(/\s+/g, ' ').trim();
  return line.length <= TITLE_CHARACTERS ? line : `${line.slice(0, TITLE_CHARACTERS - 1).trimEnd()}…`;
}

async function recordRefusal(
  { context }: AskServices,
  problem: unknown,
  call: Call,
  model: string,
  at: number,
  totalMs: number,
): Promise<void> {
  if (!isConsoleError(problem)) return;
  const id = context.newId();
  await context.store.write({
    rows: [
      usageRow({
        id,
        at,
        personId: actorOf(call).id,
        model,
        route: 'chosen',
        place: { kind: 'this-machine', region: null },
        inputTokens: 0,
        outputTokens: 0,
        tokensReported: false,
        firstTokenMs: null,
        totalMs,
        cost: { micros: 0, currency: context.entitlements().currency },
        outcome: 'refused',
        problem: problem.code,
      }),
    ],
    events: [call.event({ target: id, outcome: 'refused', detail: { code: problem.code } })],
  });
  context.changes.changed('usage');
}

interface Work {
  readonly query: Query;
  readonly input: Ask;
  readonly configuration: Configuration;
  readonly route: Route;
  readonly answer: RunningAnswer;
  readonly call: Call;
  /** Monotonic milliseconds at which the call came in. */
  readonly begun: number;
  readonly leave: () => void;
}

/** Carries a query from its intent to its receipt. Never rejects: the end reaches whoever follows. */
async function complete(services: AskServices, work: Work): Promise<void> {
  const { context, running } = services;
  const { answer, leave } = work;
  try {
    answer.finish({ type: 'finished', message: await answerQuery(services, work) });
  } catch (problem) {
    if (!isConsoleError(problem)) context.log.error('a query could not be finished', problem);
    answer.fail(isConsoleError(problem) ? problem : new ConsoleError('INTERNAL', {}, problem));
  } finally {
    leave();
    running.delete(answer.id);
    context.changes.changed('usage');
  }
}

async function answerQuery(services: AskServices, work: Work): Promise<Message> {
  const { context, conversations, search } = services;
  const { query, input, configuration, route, answer, call } = work;
  answer.announce({
    type: 'accepted',
    conversationId: query.conversationId,
    questionId: query.questionId,
    answerId: query.answerId,
    title: query.title,
  });
  const turns: Turn[] = query.isNew ? [] : await conversations.turns(query.conversationId);
  const first = route.candidates[0];
  const intentKept = context.store.write({
    rows: questionRows(context, query, first?.id ?? configuration.model),
    events: [
      call.event({
        target: query.answerId,
        outcome: 'intent',
        detail: { model: first?.id ?? '', policy: configuration.version },
      }),
    ],
  });
  // Awaited below; an early failure must not count as unhandled meanwhile.
  intentKept.catch(() => undefined);
  const sources =
    input.options?.useKnowledge === false ? [] : await search.find(query.content, SOURCES, answer.stopped);
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
    parameters: configuration.parameters,
    intentKept,
    quote: () => quoteSources(query.content, sources, sources.length > 0),
  });
  await intentKept;
  return finish(services, work, { streamed, sources, estimatedInput: estimateTokens(messages) });
}

interface Outcome {
  readonly streamed: Streamed & { passedOver: readonly { model: string; reason: string }[] };
  readonly sources: readonly Source[];
  readonly estimatedInput: number;
}

/** Meters, prices, stores and audits an answer in one transaction. */
async function finish({ context }: AskServices, work: Work, outcome: Outcome): Promise<Message> {
  const { query, route, answer, call, configuration, begun } = work;
  const { streamed, sources, estimatedInput } = outcome;
  const now = context.clock.monotonic();
  const text = answer.text;
  const model = streamed.candidate.model;
  const inputTokens = streamed.usage?.inputTokens ?? estimatedInput;
  const outputTokens = streamed.usage?.outputTokens ?? estimateTokens([{ content: text }]);
  const currency = context.entitlements().currency;
  const computeMs = now - streamed.startedAt;
  const cost = costOf(model?.price ?? null, { inputTokens, outputTokens, computeMs }, currency);
  const problem = streamed.problem?.code ?? null;
  const passedOver = [...route.passedOver, ...streamed.passedOver];
  const wasFallback = streamed.candidate.route === 'fallback' || passedOver.length > 0;
  const metered = {
    model: streamed.candidate.id,
    route: wasFallback ? ('fallback' as const) : ('chosen' as const),
    place: streamed.place,
    inputTokens,
    outputTokens,
    tokensReported: streamed.usage !== null,
    firstTokenMs: streamed.firstTokenAt === null ? null : streamed.firstTokenAt - begun,
    totalMs: now - begun,
    cost,
    outcome: streamed.outcome,
  };
  const receipt: ReceiptBody = {
    ...metered,
    answerId: query.answerId,
    modelDigest: model?.digest ?? null,
    provider: model?.provider ?? 'extractive',
    endpoint: streamed.endpoint,
    passedOver,
    residency: context.entitlements().residency.mode,
    policyVersion: configuration.version,
    redacted: 0,
    questionHash: context.cipher.keyedHash(query.content),
    answerHash: context.cipher.keyedHash(text),
    at: context.clock.now(),
  };
  const support = model ? supportOf(text, sources) : [];
  const kept: Answer = { text, at: receipt.at, outcome: metered.outcome, problem, sources, support, receipt };
  const [place] = await context.store.write({
    rows: [
      ...answerRows(context, query, kept),
      usageRow({ ...metered, id: query.answerId, at: query.startedAt, personId: query.personId, problem }),
    ],
    statements: [
      { sql: 'DELETE FROM open_queries WHERE answer_id = ?', params: [query.answerId], expect: 1 },
    ],
    events: [
      call.event({
        event: 'query.finished',
        target: query.answerId,
        outcome: streamed.outcome === 'failed' ? 'failed' : 'done',
        detail: {
          model: metered.model,
          place: streamed.place.kind,
          tokens: inputTokens + outputTokens,
          cost: cost.micros,
          answer: receipt.answerHash,
          question: receipt.questionHash,
        },
      }),
    ],
  });
  return messageOf(query, kept, place);
}

function messageOf(query: Query, kept: Answer, place: AuditPlace | undefined): Message {
  return {
    id: query.answerId,
    role: 'answer',
    text: kept.text,
    at: kept.at,
    outcome: kept.outcome,
    problem: kept.problem,
    sources: [...kept.sources],
    support: [...kept.support],
    receipt: { ...kept.receipt, audit: { sequence: place?.sequence ?? 0, hash: place?.hash ?? '' } },
  };
}
