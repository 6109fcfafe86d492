import type { AnswerEvent, Conversation, Message, Receipt } from '../../../src/contract';
import { base, refuse, tenantOf, wait } from './base';
import { documentsOf, sourcesOf } from './knowledge';
import { hash, seeded } from './random';
import type { World } from './world';

const random = seeded(31);
const ANSWER =
  'Three risk factors stand out in your documents.\n\n1. **Claims inflation** ran at 9.4 % in motor and property lines and drives reserve risk [1].\n2. **Flood concentration** in the Rhine corridor exceeds the board’s appetite [2].\n3. **Supplier concentration**: two critical suppliers recover in the same region [3].\n\nOther insurers report similar pressure.';

interface Thread {
  conversation: Conversation;
  messages: Message[];
}

function receiptOf(world: World, answerId: string): Receipt {
  return {
    answerId,
    model: 'ollama/llama3.1:8b',
    modelDigest: hash(random),
    provider: 'Inference server',
    endpoint: 'gpu-01.internal:11434',
    place: { kind: 'this-site', region: null },
    route: 'chosen',
    passedOver: [],
    residency: 'local-only',
    policyVersion: 3,
    redacted: 0,
    inputTokens: 1840,
    outputTokens: 112,
    tokensReported: true,
    cost: { micros: 4120, currency: 'EUR' },
    firstTokenMs: 212,
    totalMs: 2480,
    outcome: 'answered',
    questionHash: hash(random),
    answerHash: hash(random),
    audit: { sequence: 4121, hash: hash(random) },
    at: world.now(),
  };
}

function finished(world: World, answerId: string, sources: Message['sources']): Message {
  const support = ANSWER.split(/(?<=\.)\s+/).map((sentence) => ({
    sentence,
    support:
      /\[\d\]/.test(sentence) || sentence.startsWith('Three')
        ? ('supported' as const)
        : ('unsupported' as const),
    sources: [],
  }));
  return {
    id: answerId,
    role: 'answer',
    text: ANSWER,
    at: world.now(),
    outcome: 'answered',
    problem: null,
    sources,
    support,
    receipt: receiptOf(world, answerId),
  };
}

/** The answers of `tenant.assistant.*`. */
export function assistantRouter(world: World) {
  const assistant = base.tenant.assistant;
  const threads = new Map<string, Thread>();
  const stopped = new Set<string>();
  const threadOf = (id: string) => {
    const thread = threads.get(id);
    if (!thread) throw refuse('NOT_FOUND');
    return thread;
  };

  async function* answer(
    tenantId: string,
    content: string,
    conversationId: string | undefined,
  ): AsyncGenerator<AnswerEvent> {
    const now = world.now();
    const id = conversationId ?? world.newId();
    const thread = threads.get(id) ?? {
      conversation: { id, title: content.slice(0, 60), createdAt: now, updatedAt: now, messages: 0 },
      messages: [],
    };
    threads.set(id, thread);
    const [questionId, answerId] = [world.newId(), world.newId()];
    const question: Message = {
      id: questionId,
      role: 'question',
      text: content,
      at: now,
      outcome: null,
      problem: null,
      sources: [],
      support: [],
      receipt: null,
    };
    const sources = sourcesOf(documentsOf(world, tenantId));
    yield { type: 'accepted', conversationId: id, questionId, answerId, title: thread.conversation.title };
    yield { type: 'sources', sources };
    yield { type: 'route', model: 'ollama/llama3.1:8b', place: { kind: 'this-site', region: null } };
    for (const text of ANSWER.match(/\s*\S+/g) ?? []) {
      if (stopped.has(answerId)) break;
      await wait(30);
      yield { type: 'text', text };
    }
    const message = finished(world, answerId, sources);
    thread.messages.push(question, message);
    thread.conversation = {
      ...thread.conversation,
      messages: thread.messages.length,
      updatedAt: world.now(),
    };
    yield { type: 'finished', message };
  }

  return {
    ask: assistant.ask.handler(({ input, context }) =>
      answer(tenantOf(world, context).id, input.content, input.conversationId),
    ),
    // biome-ignore lint/correctness/useYield: nothing runs that could be followed
    follow: assistant.follow.handler(async function* () {
      throw refuse('NOT_FOUND');
    }),
    stop: assistant.stop.handler(({ input }) => {
      stopped.add(input.answerId);
      return { stopped: true };
    }),
    conversations: assistant.conversations.handler(() => ({
      conversations: [...threads.values()].map((each) => each.conversation).reverse(),
      next: null,
    })),
    read: assistant.read.handler(({ input }) => ({ ...threadOf(input.id), running: null })),
    rename: assistant.rename.handler(({ input }) => {
      const thread = threadOf(input.id);
      thread.conversation = { ...thread.conversation, title: input.title };
      return thread.conversation;
    }),
    remove: assistant.remove.handler(({ input }) => {
      threads.delete(input.id);
      return {};
    }),
  };
}
