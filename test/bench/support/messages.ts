import type { MessagePort } from 'node:worker_threads';
import type { WindowPort } from '../../../src/adapters/custodianLink';

/** A message port of Node in the shape of Electron's, as the transport wants it. */
export function asWindowPort(port: MessagePort): WindowPort {
  return {
    on: (event, listener) => port.on(event as 'message', (data: unknown) => listener({ data })),
    postMessage: (message, transfer) => port.postMessage(message, (transfer ?? []) as never),
    start: () => port.start(),
    close: () => port.close(),
  };
}
