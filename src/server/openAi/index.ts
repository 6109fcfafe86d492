import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type AnswerEvent,
  ConsoleError,
  type Embeddings,
  QUERY_MAX_BYTES,
  type TenantModel,
} from '../../contract';
import type { Engine } from '../../engine';
import { readBody } from '../body';
import type { BodyBudget } from '../bodyBudget';
import {
  beginEvents,
  credentialOf,
  idempotencyKeyOf,
  isStream,
  sendJson,
  setRateHeaders,
  setRefusedRate,
  setReplayed,
  sourceOf,
  writePiece,
} from '../http';
import { errorOf, sendPieces, sendWhole } from './answers';
import { embeddingList, readEmbeddingWish } from './embeddings';
import { readCompletion } from './requests';

/** Where clients of OpenAI's interface find it. */
export const OPENAI_PREFIX = '/v1';

interface OpenAiOptions {
  readonly engine: Pick<Engine, 'call' | 'recognise'>;
  readonly newRequestId: () => string;
  readonly bodies: BodyBudget;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Answers one request below {@link OPENAI_PREFIX}. It never throws. */
export type OpenAiHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/**
 * Speaks OpenAI's interface (chat completions, embeddings, models) to programs that have an API key of a tenant. A question that
 * comes this way passes the same door as every other.
 */
export function createOpenAiHandler(options: OpenAiOptions): OpenAiHandler {
  const { newRequestId } = options;
  return async (request, response, url) => {
    // A connection that is gone has no address any more.
    const source = sourceOf(request);
    const requestId = newRequestId();
    response.setHeader('x-request-id', requestId);
    response.setHeader('cache-control', 'no-store');
    try {
      await answer(options, { requestId, source }, request, response, url);
    } catch (problem) {
      await sendError(request, response, problem);
    }
  };
}

interface Origin {
  readonly requestId: string;
  readonly source: string;
}

async function answer(
  options: OpenAiOptions,
  { requestId, source }: Origin,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => {
    // An abort makes an exception with its stack; a request that was answered needs none.
    if (!response.writableFinished) gone.abort();
  });
  const credential = credentialOf(request);
  const read = () =>
    readBody(request, {
      maxBytes: QUERY_MAX_BYTES,
      share: options.bodies(source),
      isKnown: async () => (await options.engine.recognise(credential)) !== null,
    });
  const call = async (name: string, input: unknown, bytes: number) => {
    const result = await options.engine.call({
      scope: 'tenant',
      tenant: null,
      name,
      input,
      credential,
      source,
      signal: gone.signal,
      bytes,
      byProgram: true,
      requestId,
      idempotencyKey: idempotencyKeyOf(request),
    });
    setRateHeaders(response, result.rates);
    setReplayed(response, result);
    return result;
  };
  const target = `${request.method} ${url.pathname.slice(OPENAI_PREFIX.length)}`;
  if (target === 'GET /models') {
    const { output } = await call('configuration.models', {}, 0);
    return sendJson(response, modelList(output as TenantModel[]));
  }
  if (target === 'POST /embeddings') {
    const { value, bytes } = await read();
    const wish = readEmbeddingWish(value);
    const { output } = await call('embeddings.create', wish.input, bytes);
    return sendJson(response, embeddingList(output as Embeddings, wish));
  }
  if (target !== 'POST /chat/completions') throw new ConsoleError('UNKNOWN_PROCEDURE');
  const body = await read();
  const completion = readCompletion(body.value);
  const { output } = await call('assistant.ask', completion.ask, body.bytes);
  if (!isStream(output)) throw new Error('a question was not answered by a stream');
  const events = output as AsyncIterable<AnswerEvent>;
  if (!completion.stream) return sendWhole(response, events, completion, options.now());
  beginEvents(response);
  await sendPieces(response, events, completion, options.now());
}

function modelList(models: readonly TenantModel[]): object {
  const allowed = models.filter(({ allowed }) => allowed);
  return {
    object: 'list',
    data: allowed.map(({ model }) => ({
      id: model.id,
      object: 'model',
      created: 0,
      owned_by: model.provider,
    })),
  };
}

async function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  problem: unknown,
): Promise<void> {
  const { status, retryAfterMs, body } = errorOf(problem);
  if (response.headersSent) {
    await writePiece(response, `data: ${JSON.stringify(body)}\n\n`);
    return void response.end();
  }
  setRefusedRate(response, problem);
  if (!request.complete) response.setHeader('connection', 'close');
  if (retryAfterMs !== undefined) response.setHeader('retry-after', Math.ceil(retryAfterMs / 1000));
  sendJson(response, body, status);
}
