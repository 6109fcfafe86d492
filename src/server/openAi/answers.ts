import type { ServerResponse } from 'node:http';
import {
  type AnswerEvent,
  ConsoleError,
  ERRORS,
  ErrorCode,
  isConsoleError,
  type Message,
  type Receipt,
} from '../../contract';
import { sendJson, writePiece } from '../http';
import type { Completion } from './requests';

/** What every piece of one completion says of itself. */
interface Head {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

function headOf(event: Extract<AnswerEvent, { type: 'accepted' }>, model: string, now: number): Head {
  return { id: `chatcmpl-${event.answerId}`, created: Math.floor(now / 1000), model };
}

function usageOf({ inputTokens, outputTokens }: Receipt): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

function finishReason({ outcome }: Message): 'stop' | 'content_filter' {
  return outcome === 'refused' ? 'content_filter' : 'stop';
}

/** @throws ConsoleError when the answer did not come to its end */
function requireReceipt(message: Message): Receipt {
  if (!message.receipt || message.outcome === 'failed' || message.outcome === 'interrupted') {
    const known = ErrorCode.safeParse(message.problem);
    throw new ConsoleError(known.success ? known.data : 'MODEL_FAILED');
  }
  return message.receipt;
}

/** An answer in one piece. The receipt travels as a member of its own. */
export async function sendWhole(
  response: ServerResponse,
  events: AsyncIterable<AnswerEvent>,
  { model }: Completion,
  now: number,
): Promise<void> {
  let head: Head | null = null;
  for await (const event of events) {
    if (event.type === 'accepted') head = headOf(event, model, now);
    if (event.type !== 'finished' || !head) continue;
    const receipt = requireReceipt(event.message);
    sendJson(response, {
      ...head,
      object: 'chat.completion',
      model: receipt.model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: event.message.text, refusal: null },
          logprobs: null,
          finish_reason: finishReason(event.message),
        },
      ],
      usage: usageOf(receipt),
      riscura: { receipt, sources: event.message.sources },
    });
  }
}

/** An answer piece by piece, as it is made. */
export async function sendPieces(
  response: ServerResponse,
  events: AsyncIterable<AnswerEvent>,
  { model, includeUsage }: Completion,
  now: number,
): Promise<void> {
  let head: Head = { id: '', created: 0, model };
  const piece = (delta: object, finish: string | null, more: object = {}) =>
    send(response, {
      ...head,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...more,
    });
  for await (const event of events) {
    if (event.type === 'accepted') {
      head = headOf(event, model, now);
      await piece({ role: 'assistant', content: '' }, null);
    }
    if (event.type === 'route') head = { ...head, model: event.model };
    if (event.type === 'text') await piece({ content: event.text }, null);
    if (event.type !== 'finished') continue;
    const receipt = requireReceipt(event.message);
    await piece({}, finishReason(event.message), { riscura: { receipt, sources: event.message.sources } });
    if (includeUsage) {
      await send(response, {
        ...head,
        object: 'chat.completion.chunk',
        choices: [],
        usage: usageOf(receipt),
      });
    }
  }
  await writePiece(response, 'data: [DONE]\n\n');
  response.end();
}

function send(response: ServerResponse, value: object): Promise<void> {
  return writePiece(response, `data: ${JSON.stringify(value)}\n\n`);
}

/** An error in the form that OpenAI's clients read. */
export function errorOf(problem: unknown): {
  status: number;
  retryAfterMs: number | undefined;
  body: object;
} {
  const known = isConsoleError(problem) ? problem : new ConsoleError('INTERNAL', {}, problem);
  const { reason, next, fields = [], retryAfterMs, incident } = known.detail;
  const words = [known.message, reason, ...fields.map(({ path, problem }) => `${path}: ${problem}.`), next];
  return {
    status: ERRORS[known.code].status,
    retryAfterMs,
    body: {
      error: {
        message: words.filter(Boolean).join(' '),
        type: ERRORS[known.code].status < 500 ? 'invalid_request_error' : 'server_error',
        code: known.code,
        param: fields[0]?.path ?? null,
        ...(incident && { incident }),
      },
    },
  };
}
