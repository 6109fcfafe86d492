import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnswerEvent, Message } from '../../../src/contract';
import { LiveAnswer } from '../../../src/renderer/features/assistant/liveAnswer';

const ACCEPTED: AnswerEvent = {
  type: 'accepted',
  conversationId: '0199c0de-0000-7000-8000-000000000001',
  questionId: '0199c0de-0000-7000-8000-000000000002',
  answerId: '0199c0de-0000-7000-8000-000000000003',
  title: 'Risks',
};
const MESSAGE: Message = {
  id: ACCEPTED.answerId,
  role: 'answer',
  text: 'Floods.',
  at: 1,
  outcome: 'answered',
  problem: null,
  sources: [],
  support: [],
  receipt: null,
};

async function* streamOf(...events: (AnswerEvent | Error)[]): AsyncGenerator<AnswerEvent> {
  for (const event of events) {
    if (event instanceof Error) throw event;
    yield event;
  }
}

function setUp(stream: () => AsyncIterable<AnswerEvent>) {
  const client = {
    ask: vi.fn(async () => stream()),
    follow: vi.fn(async () => stream()),
    stop: vi.fn(async () => ({ stopped: true })),
  };
  const listener = { accepted: vi.fn(), finished: vi.fn(), failed: vi.fn() };
  type Client = ConstructorParameters<typeof LiveAnswer>[0];
  return { client, listener, answer: new LiveAnswer(client as unknown as Client, listener) };
}

describe('an answer that is being made', () => {
  beforeEach(() => {
    vi.stubGlobal('requestAnimationFrame', (act: () => void) => setTimeout(act, 0));
    vi.stubGlobal('cancelAnimationFrame', clearTimeout);
  });

  it('gathers its text and is handed over when it is finished', async () => {
    const { answer, listener } = setUp(() =>
      streamOf(
        ACCEPTED,
        { type: 'text', text: 'Flo' },
        { type: 'text', text: 'ods.' },
        {
          type: 'finished',
          message: MESSAGE,
        },
      ),
    );
    await answer.ask({ content: 'What?' });
    expect(listener.accepted).toHaveBeenCalledOnce();
    expect(listener.finished).toHaveBeenCalledWith(MESSAGE, expect.objectContaining({ text: 'Floods.' }));
    expect(answer.snapshot()).toBeNull();
  });

  it('keeps question and text when it fails', async () => {
    const error = new Error('gone');
    const { answer, listener } = setUp(() => streamOf(ACCEPTED, { type: 'text', text: 'Flo' }, error));
    await answer.ask({ content: 'What?' });
    expect(answer.snapshot()).toMatchObject({
      phase: 'failed',
      text: 'Flo',
      error,
      asked: { content: 'What?' },
    });
    expect(listener.failed).toHaveBeenCalledOnce();
  });

  it('is stopped as soon as it is accepted when the wish came before', async () => {
    const { answer, client } = setUp(() => streamOf(ACCEPTED, { type: 'finished', message: MESSAGE }));
    const asked = answer.ask({ content: 'What?' });
    await answer.stop();
    await asked;
    expect(client.stop).toHaveBeenCalledWith({ answerId: ACCEPTED.answerId });
  });

  it('says nothing more to whoever has left', async () => {
    const { answer, listener } = setUp(() => streamOf(ACCEPTED, new Error('gone')));
    const asked = answer.ask({ content: 'What?' });
    answer.leave();
    await asked;
    expect(listener.accepted).not.toHaveBeenCalled();
    expect(listener.failed).not.toHaveBeenCalled();
    expect(answer.snapshot()).toBeNull();
  });
});
