import { type Configuration, ConsoleError, type tenantContract } from '../../../contract';
import { type Actor, actorOf, type Call, type Handlers, type Replays } from '../../door';
import type { RuntimeContext } from '../context';
import type { Search } from '../knowledge';
import { createQuota, type Quota } from '../usage';
import { answerAgain } from './again';
import { ask } from './ask';
import { createConversations, type EveryConversation } from './conversations';
import { recoverOpenQueries } from './recovery';
import type { RunningAnswer } from './runningAnswers';
import type { AskServices } from './work';

export type { EveryConversation } from './conversations';
export { recoverOpenQueries };

export interface Assistant {
  readonly handlers: Handlers<(typeof tenantContract)['assistant']>;
  /** What a break-glass grant opens. */
  readonly everyConversation: EveryConversation;
  /** Answers again what comes again under its idempotency key. */
  readonly replays: Replays;
  /** The queries of the month and those at once, which embeddings share. */
  readonly quota: Quota;
  /** How many answers are being made. */
  readonly running: number;
  /** Ends what could not be kept while the store took no writes. */
  recover(): Promise<void>;
  /** Resolves when no answer is being made any more. */
  idle(): Promise<void>;
}

/** The tenant's own chat. @param enter takes a place among the queries that run */
export function createAssistant(
  context: RuntimeContext,
  configuration: { read(): Promise<Configuration> },
  search: Search,
  enter: (actor: Actor) => () => void,
): Assistant {
  const running = new Map<string, RunningAnswer>();
  const conversations = createConversations(context, running);
  const services: AskServices = {
    context,
    conversations,
    configuration,
    search,
    quota: createQuota(context, enter),
    running,
  };

  function own(answerId: string, call: Call): RunningAnswer | null {
    const answer = running.get(answerId);
    return answer?.ownerId === actorOf(call).id ? answer : null;
  }

  return {
    everyConversation: conversations.everybody,
    quota: services.quota,
    replays: {
      'assistant.ask': (made, call) => answerAgain(conversations, made, call),
    },
    get running() {
      return running.size;
    },
    recover: () => recoverOpenQueries(context, (id) => running.has(id)),
    async idle() {
      await Promise.allSettled([...running.values()].map((answer) => answer.ended));
    },
    handlers: {
      ...conversations.handlers,

      async ask(input, call) {
        const answer = await ask(services, input, call);
        return answer.follow(call.signal);
      },

      async follow({ answerId }, call) {
        const answer = own(answerId, call);
        if (!answer)
          throw new ConsoleError('NOT_FOUND', { reason: 'That answer is not being made any more.' });
        return answer.follow(call.signal);
      },

      async stop({ answerId }, call) {
        const answer = own(answerId, call);
        await context.store.write({
          events: [call.event({ target: answerId, outcome: answer ? 'done' : 'refused' })],
        });
        answer?.stop();
        return { stopped: answer !== null };
      },

      async read({ id }, call) {
        const conversation = await conversations.require(id, actorOf(call).id);
        const messages = await conversations.messages(id);
        const active = [...running.values()].find((answer) => answer.conversationId === id);
        return { conversation, messages, running: active?.id ?? null };
      },
    },
  };
}
