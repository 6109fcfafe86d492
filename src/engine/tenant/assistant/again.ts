import { type AnswerEvent, ConsoleError, type Message } from '../../../contract';
import { actorOf, type Call } from '../../door';
import type { Conversations } from './conversations';
import type { Query } from './records';

/** What an idempotency key is tied to: where the answer stands. */
export function placeOf({ conversationId, answerId }: Pick<Query, 'conversationId' | 'answerId'>): string {
  return `${conversationId} ${answerId}`;
}

/**
 * Answers a question that comes again under its idempotency key with the answer that it got, in one piece.
 * @throws ConsoleError NOT_FOUND when its conversation was deleted meanwhile
 */
export async function answerAgain(
  conversations: Conversations,
  made: string,
  call: Call,
): Promise<AsyncGenerator<AnswerEvent>> {
  const [conversationId = '', answerId = ''] = made.split(' ');
  const { title } = await conversations.require(conversationId, actorOf(call).id);
  const found = await conversations.answer(answerId);
  // What could not be ended while nothing could be written is ended as soon as that can.
  if (!found) throw new ConsoleError('IDEMPOTENCY_IN_PROGRESS');
  const { questionId, message } = found;
  return eventsOf({ type: 'accepted', conversationId, questionId, answerId, title }, message);
}

async function* eventsOf(accepted: AnswerEvent, message: Message): AsyncGenerator<AnswerEvent> {
  yield accepted;
  if (message.sources.length > 0) yield { type: 'sources', sources: message.sources };
  if (message.receipt) yield { type: 'route', model: message.receipt.model, place: message.receipt.place };
  if (message.text !== '') yield { type: 'text', text: message.text };
  yield { type: 'finished', message };
}
