import type { Message, Receipt, Source } from '../../../contract';
import { bulkInsert, type Rows } from '../../mechanism/store';
import type { RuntimeContext } from '../context';
import { sealedPlaces, sealMaterial } from './sealed';

const CONVERSATION = bulkInsert('conversations', [
  'id',
  'owner_id',
  'sealed_title',
  'created_at',
  'updated_at',
]);
const WORDS = bulkInsert('message_words', ['conversation_id', 'message_id', 'tokens']);
const MESSAGE = bulkInsert('messages', [
  'id',
  'conversation_id',
  'role',
  'at',
  'replies_to',
  'outcome',
  'problem',
  'sealed_text',
  'sealed_sources',
  'receipt',
]);
const OPEN_QUERY = bulkInsert('open_queries', [
  'answer_id',
  'question_id',
  'conversation_id',
  'person_id',
  'model',
  'started_at',
]);

/** A query from the moment it is accepted. */
export interface Query {
  readonly conversationId: string;
  readonly isNew: boolean;
  readonly title: string;
  readonly questionId: string;
  readonly answerId: string;
  readonly personId: string;
  readonly content: string;
  readonly startedAt: number;
}

/** What is kept before anything is sent: the question, and that an answer is owed. */
export function questionRows({ cipher }: RuntimeContext, query: Query, model: string): Rows[] {
  const { conversationId, questionId, answerId, personId, content, startedAt } = query;
  const sealedTitle = cipher.seal(sealedPlaces.title(conversationId), query.title);
  const sealedText = cipher.seal(sealedPlaces.text(questionId), content);
  const conversation = query.isNew ? [[conversationId, personId, sealedTitle, startedAt, startedAt]] : [];
  return [
    { into: CONVERSATION, rows: conversation },
    {
      into: MESSAGE,
      rows: [[questionId, conversationId, 'question', startedAt, null, null, null, sealedText, null, null]],
    },
    { into: WORDS, rows: wordRows(cipher.searchTokens(content), conversationId, questionId) },
    { into: OPEN_QUERY, rows: [[answerId, questionId, conversationId, personId, model, startedAt]] },
  ].filter(({ rows }) => rows.length > 0);
}

/** The receipt without its place in the chain, which is known only once it is written. */
export type ReceiptBody = Omit<Receipt, 'audit'>;

/** What an answer leaves. */
export interface Answer {
  readonly text: string;
  readonly at: number;
  readonly outcome: Receipt['outcome'];
  readonly problem: string | null;
  readonly sources: readonly Source[];
  readonly support: Message['support'];
  readonly receipt: ReceiptBody;
}

/** An answer stands after its question, also within one millisecond and when the clock was set back. */
export function answeredAt({ clock }: RuntimeContext, { startedAt }: Pick<Query, 'startedAt'>): number {
  return Math.max(clock.now(), startedAt + 1);
}

export function answerRows({ cipher }: RuntimeContext, query: Query, answer: Answer): Rows[] {
  const { answerId, conversationId, questionId } = query;
  const sealedText = cipher.seal(sealedPlaces.text(answerId), answer.text);
  const sealedSources = sealMaterial(cipher, answerId, { sources: answer.sources, support: answer.support });
  const row = [
    answerId,
    conversationId,
    'answer',
    answer.at,
    questionId,
    answer.outcome,
    answer.problem,
    sealedText,
    sealedSources,
    JSON.stringify(answer.receipt),
  ];
  const words = wordRows(cipher.searchTokens(answer.text), conversationId, answerId);
  return [{ into: MESSAGE, rows: [row] }, ...(words.length > 0 ? [{ into: WORDS, rows: words }] : [])];
}

/** The keyed tokens of a message, one after the other: a search looks for its own among them. */
function wordRows(
  tokens: readonly string[],
  conversationId: string,
  messageId: string,
): (string | number | null)[][] {
  return tokens.length === 0 ? [] : [[conversationId, messageId, tokens.join('')]];
}
