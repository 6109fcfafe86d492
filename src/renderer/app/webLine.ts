import { RPCLink } from '@orpc/client/fetch';
import { TAB_HEADER, TENANT_HEADER } from '../../contract';
import type { CallContext, Connection } from './connection';
import { tabId } from './tab';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/**
 * Keeps the line to the server that this page came from. One response is open as long as the line is; when it ends, or
 * a call finds nobody, the line is lost, as a message port is closed when its host dies. It is then tried again and again.
 */
export function keepWebLine(connection: Connection): void {
  const headers = { [TAB_HEADER]: tabId() };

  async function open(wait: number): Promise<void> {
    const ending = new AbortController();
    const lost = () => ending.abort();
    const held = await holdLine(headers, ending.signal);
    if (!held) {
      setTimeout(() => void open(Math.min(wait * 2, LONGEST_WAIT_MS)), wait);
      return;
    }
    const close = connection.speak(linkOver(headers, lost));
    await held.ended;
    close();
    await open(FIRST_WAIT_MS);
  }

  void open(FIRST_WAIT_MS);
}

/** @returns what settles when the response ends, however; `null` when the server does not answer as it should */
async function holdLine(
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<{ readonly ended: Promise<void> } | null> {
  try {
    const answer = await fetch('/rpc/line', { method: 'POST', headers, signal });
    if (!answer.ok || !answer.body) return null;
    return { ended: readToEnd(answer.body) };
  } catch {
    return null;
  }
}

/** However it ends, the line is gone. */
async function readToEnd(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  try {
    while (!(await reader.read()).done);
  } catch {
    // An answer that breaks off has ended.
  }
}

function linkOver(headers: Record<string, string>, lost: () => void): RPCLink<CallContext> {
  return new RPCLink<CallContext>({
    url: `${window.location.origin}/rpc`,
    headers: ({ context }) => ({
      ...headers,
      ...(context.tenant ? { [TENANT_HEADER]: context.tenant } : {}),
    }),
    fetch: async (request, init) => {
      try {
        const answer = await fetch(request, init);
        return answer.body ? new Response(watched(answer.body, request.signal, lost), answer) : answer;
      } catch (error) {
        if (!request.signal.aborted) lost();
        throw error;
      }
    },
  });
}

/**
 * The same body; when it breaks off by itself the line is lost. One that was cancelled ends: whoever did that knows it,
 * and the protocol's reader would reject once more with nobody to hear.
 */
function watched(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  lost: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let wanted = true;
  return new ReadableStream({
    async pull(controller) {
      const step = await reader.read().catch((error: unknown) => {
        if (signal.aborted) return { done: true } as const;
        lost();
        throw error;
      });
      // Whoever reads may have left while this was on its way.
      if (!wanted || controller.desiredSize === null) return;
      if (step.done) controller.close();
      else controller.enqueue(step.value);
    },
    cancel: (reason) => {
      wanted = false;
      return reader.cancel(reason);
    },
  });
}
