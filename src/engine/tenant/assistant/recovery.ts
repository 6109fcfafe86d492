import { type SqlRow, StoreError } from '../../ports';
import type { RuntimeContext } from '../context';
import { usageRow } from '../usage';
import { answeredAt, answerRows, type Query, type ReceiptBody } from './records';

const HERE = { kind: 'this-machine', region: null } as const;

/**
 * Ends the queries that a killed engine left open: each gets an empty answer marked as interrupted, a usage
 * event and an audit event, so that nothing that was accepted is silently gone.
 * @param isRunning tells apart what is still being answered, when the store was read-only for a while
 */
export async function recoverOpenQueries(
  context: RuntimeContext,
  isRunning: (answerId: string) => boolean = () => false,
): Promise<void> {
  const rows = await context.store.read('SELECT * FROM open_queries ORDER BY started_at');
  for (const row of rows) {
    if (isRunning(String(row.answer_id))) continue;
    try {
      await interrupt(context, row);
    } catch (problem) {
      // The guard says that it came to its end meanwhile.
      if (!(problem instanceof StoreError && problem.problem === 'guard')) throw problem;
    }
  }
}

/** A conversation that was deleted in the moment of the question has no place for an answer. */
async function hasConversation({ store }: RuntimeContext, id: string): Promise<boolean> {
  const rows = await store.read('SELECT 1 FROM conversations WHERE id = ?', [id]);
  return rows.length > 0;
}

async function interrupt(context: RuntimeContext, row: SqlRow): Promise<void> {
  const { store, cipher, clock, entitlements } = context;
  const query: Query = {
    conversationId: String(row.conversation_id),
    isNew: false,
    title: '',
    questionId: String(row.question_id),
    answerId: String(row.answer_id),
    personId: String(row.person_id),
    content: '',
    startedAt: Number(row.started_at),
  };
  const metered = {
    model: String(row.model),
    route: 'chosen',
    place: HERE,
    inputTokens: 0,
    outputTokens: 0,
    tokensReported: false,
    firstTokenMs: null,
    totalMs: 0,
    cost: { micros: 0, currency: entitlements().currency },
    outcome: 'interrupted',
  } as const;
  const at = answeredAt(context, query);
  const receipt: ReceiptBody = {
    ...metered,
    answerId: query.answerId,
    modelDigest: null,
    provider: metered.model.split('/')[0] ?? '',
    endpoint: 'unknown',
    passedOver: [],
    residency: entitlements().residency.mode,
    policyVersion: 0,
    redacted: 0,
    questionHash: '',
    answerHash: cipher.keyedHash(''),
    at,
  };
  const answer = answerRows(context, query, {
    text: '',
    at,
    outcome: 'interrupted',
    problem: 'HOST_RESTARTING',
    sources: [],
    support: [],
    receipt,
  });
  await store.write({
    rows: [
      ...((await hasConversation(context, query.conversationId)) ? answer : []),
      usageRow({
        ...metered,
        id: query.answerId,
        at: query.startedAt,
        personId: query.personId,
        problem: 'HOST_RESTARTING',
      }),
    ],
    statements: [
      { sql: 'DELETE FROM open_queries WHERE answer_id = ?', params: [query.answerId], expect: 1 },
    ],
    events: [
      {
        at: clock.now(),
        event: 'query.finished',
        actor: 'system:recovery',
        target: query.answerId,
        outcome: 'failed',
        detail: { code: 'HOST_RESTARTING' },
      },
    ],
  });
  context.metered(metered);
}
