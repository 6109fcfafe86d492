import type { Message, Source } from '../../../contract';
import type { AuditPlace } from '../../mechanism/chain';
import type { Rows, Write } from '../../mechanism/store';
import { StoreError } from '../../ports';
import type { RuntimeContext } from '../context';
import { costOf } from '../models';
import { usageRow } from '../usage';
import { estimateTokens } from './prompt';
import { type Answer, answeredAt, answerRows, type Query, type ReceiptBody } from './records';
import type { Streamed } from './stream';
import { supportOf } from './support';
import type { AskServices, Work } from './work';

/** What came of a query. */
export interface Outcome {
  readonly streamed: Streamed & { passedOver: readonly { model: string; reason: string }[] };
  readonly sources: readonly Source[];
  readonly estimatedInput: number;
}

/** Meters, prices, stores and audits an answer in one transaction. */
export async function finish({ context }: AskServices, work: Work, outcome: Outcome): Promise<Message> {
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
    at: answeredAt(context, query),
  };
  const support = model ? supportOf(text, sources) : [];
  const kept: Answer = { text, at: receipt.at, outcome: metered.outcome, problem, sources, support, receipt };
  const usage = usageRow({
    ...metered,
    id: query.answerId,
    at: query.startedAt,
    personId: query.personId,
    problem,
  });
  const write: Write = {
    rows: [usage],
    statements: [
      { sql: 'DELETE FROM open_queries WHERE answer_id = ?', params: [query.answerId], expect: 1 },
    ],
    events: [
      call.event({
        event: 'query.finished',
        target: query.answerId,
        outcome: streamed.outcome === 'answered' || streamed.outcome === 'stopped' ? 'done' : 'failed',
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
  };
  const [place] = await writeAnswer(context, write, answerRows(context, query, kept));
  context.metered(metered);
  return messageOf(query, kept, place);
}

/** Writes the end of a query; where its conversation was deleted in the same moment, without the answer. */
async function writeAnswer(
  { store }: RuntimeContext,
  write: Write,
  answer: readonly Rows[],
): Promise<AuditPlace[]> {
  try {
    return await store.write({ ...write, rows: [...answer, ...(write.rows ?? [])] });
  } catch (problem) {
    if (problem instanceof StoreError && problem.problem === 'constraint') return store.write(write);
    throw problem;
  }
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
