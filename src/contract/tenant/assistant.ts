import { z } from 'zod';
import { ModelId, ParameterWishes } from '../models';
import { change, procedure, subscription, view } from '../procedure';
import { Place } from '../residency';
import { Id, Money, Page, Timestamp, Title } from '../values';
import { QueryOutcome } from './overview';

const QUESTION_CHARACTERS = 32_000;

/** The most that a question may weigh with all that comes with it, in bytes. */
export const QUERY_MAX_BYTES = 1024 * 1024;

/** A passage of a document that an answer was given to read. `number` is how the answer cites it. */
export const Source = z.object({
  number: z.number().int(),
  documentId: Id,
  documentName: z.string(),
  passageId: z.number().int(),
  /** The page, heading or line the passage comes from, in words. */
  place: z.string(),
  text: z.string(),
  /** How well it matches, 0 to 1. */
  score: z.number(),
});
export type Source = z.infer<typeof Source>;

/** Whether the words of a sentence are found in its sources; some sentences cannot be judged so. */
export const SentenceSupport = z.object({
  sentence: z.string(),
  support: z.enum(['supported', 'unsupported', 'unjudged']),
  sources: z.array(z.number().int()),
});

/** The proof that comes with an answer. */
export const Receipt = z.object({
  answerId: Id,
  model: z.string(),
  /** SHA-256 of the weights, where the provider says it. */
  modelDigest: z.string().nullable(),
  provider: z.string(),
  endpoint: z.string(),
  place: Place,
  route: z.enum(['chosen', 'fallback']),
  /** Why models before this one were passed over. */
  passedOver: z.array(z.object({ model: z.string(), reason: z.string() })),
  residency: z.string(),
  policyVersion: z.number().int(),
  redacted: z.number().int(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  tokensReported: z.boolean(),
  cost: Money,
  firstTokenMs: z.number().nullable(),
  totalMs: z.number(),
  outcome: QueryOutcome,
  /** HMAC-SHA-256 under a key of the tenant, hexadecimal. */
  questionHash: z.string(),
  answerHash: z.string(),
  audit: z.object({ sequence: z.number().int(), hash: z.string() }),
  at: Timestamp,
});
export type Receipt = z.infer<typeof Receipt>;

export const Message = z.object({
  id: Id,
  role: z.enum(['question', 'answer']),
  text: z.string(),
  at: Timestamp,
  outcome: QueryOutcome.nullable(),
  problem: z.string().nullable(),
  sources: z.array(Source),
  support: z.array(SentenceSupport),
  receipt: Receipt.nullable(),
});
export type Message = z.infer<typeof Message>;

export const Conversation = z.object({
  id: Id,
  title: z.string(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  messages: z.number().int(),
});
export type Conversation = z.infer<typeof Conversation>;

/** What comes while an answer is made. `text` is what was added since the event before. */
export const AnswerEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('accepted'),
    conversationId: Id,
    questionId: Id,
    answerId: Id,
    title: z.string(),
  }),
  z.object({ type: z.literal('sources'), sources: z.array(Source) }),
  /** Others are before it. Where in the tenant's own line it stands, 1 for the next; comes again as that changes. */
  z.object({ type: z.literal('waiting'), model: z.string(), position: z.number().int() }),
  z.object({ type: z.literal('route'), model: z.string(), place: Place }),
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('finished'), message: Message }),
]);
export type AnswerEvent = z.infer<typeof AnswerEvent>;

export const Ask = z.object({
  /** A conversation to go on with; a new one when it is missing. */
  conversationId: Id.optional(),
  content: z.string().trim().min(1).max(QUESTION_CHARACTERS),
  options: z
    .object({
      modelOverride: ModelId.optional(),
      customInstructions: z.array(z.string().max(8000)).max(10).optional(),
      /** What was said before, where the caller keeps the conversation and not the console; of a new one only. */
      history: z
        .array(z.object({ role: z.enum(['question', 'answer']), text: z.string().max(QUESTION_CHARACTERS) }))
        .max(200)
        .optional(),
      /** For this answer instead of the tenant's; never more tokens than the tenant allows. */
      parameters: ParameterWishes.optional(),
      /** Whether the tenant's documents are consulted. */
      useKnowledge: z.boolean().default(true),
    })
    .optional(),
});
export type Ask = z.infer<typeof Ask>;

export const assistant = {
  ask: subscription({
    summary: 'Ask a question and stream the answer',
    permission: 'ai.query',
    audit: change('query.asked'),
    // What a program sends may bring a long conversation with it.
    maxBytes: QUERY_MAX_BYTES,
    input: Ask,
    output: AnswerEvent,
  }),
  follow: subscription({
    summary: 'Join an answer that is being made, from its beginning',
    permission: 'ai.query',
    audit: view('answer.followed'),
    input: z.object({ answerId: Id }),
    output: AnswerEvent,
  }),
  stop: procedure({
    summary: 'Stop an answer; what was used is metered',
    permission: 'ai.query',
    audit: change('query.stop-requested'),
    onReserve: true,
    input: z.object({ answerId: Id }),
    output: z.object({ stopped: z.boolean() }),
  }),
  conversations: procedure({
    summary: 'The caller’s own conversations, newest first',
    permission: 'ai.query',
    audit: view('conversations.listed'),
    input: Page.extend({ search: z.string().trim().max(200).default('') }),
    output: z.object({ conversations: z.array(Conversation), next: z.string().nullable() }),
  }),
  read: procedure({
    summary: 'One of the caller’s own conversations with its messages',
    permission: 'ai.query',
    audit: view('conversation.read'),
    input: z.object({ id: Id }),
    output: z.object({
      conversation: Conversation,
      messages: z.array(Message),
      /** The answer that is being made right now, to be followed. */
      running: Id.nullable(),
    }),
  }),
  rename: procedure({
    summary: 'Rename a conversation',
    permission: 'ai.query',
    audit: change('conversation.renamed'),
    input: z.object({ id: Id, title: Title }),
    output: Conversation,
  }),
  remove: procedure({
    summary: 'Delete a conversation with its messages',
    permission: 'ai.query',
    audit: change('conversation.deleted'),
    onReserve: true,
    input: z.object({ id: Id }),
    output: z.object({}),
  }),
};
