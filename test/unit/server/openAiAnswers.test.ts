import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import type { AnswerEvent, Message } from '../../../src/contract';
import { sendWhole } from '../../../src/server/openAi/answers';

const ANSWER: Message = {
  id: '00000000-0000-7000-8000-000000000002',
  role: 'answer',
  text: '',
  at: 0,
  outcome: 'failed',
  problem: 'MODEL_BUSY',
  sources: [],
  support: [],
  receipt: null,
};

async function* endingIn(message: Message): AsyncGenerator<AnswerEvent> {
  yield {
    type: 'accepted',
    conversationId: '00000000-0000-7000-8000-000000000001',
    questionId: '00000000-0000-7000-8000-000000000003',
    answerId: message.id,
    title: 'A question',
  };
  yield { type: 'finished', message };
}

it.each([
  ['MODEL_BUSY', 'MODEL_BUSY'],
  ['TIMED_OUT', 'TIMED_OUT'],
  ['something an earlier version wrote', 'MODEL_FAILED'],
  [null, 'MODEL_FAILED'],
])('an answer that ended by %s is refused as %s', async (problem, code) => {
  const response = {} as ServerResponse;
  const sending = sendWhole(response, endingIn({ ...ANSWER, problem }), { model: 'default' } as never, 0);
  await expect(sending).rejects.toMatchObject({ code });
});
