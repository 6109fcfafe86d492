import type { IncomingMessage, ServerResponse } from 'node:http';

/** Lets what is being answered end before a listener is closed. */
export interface Draining {
  /** Counts a request that is to be answered. @returns whether it is: not once the draining has begun */
  admit(request: IncomingMessage, response: ServerResponse): boolean;
  /** From now on no request is admitted. Resolves when those before it are answered, or after this time. */
  begin(patienceMs: number): Promise<void>;
}

/** What a client follows without an end; it resumes where it is told to come again. */
const FOLLOWED = /\/(watch|follow|rpc)(\/|$)/;

export function createDraining(): Draining {
  const answering = new Set<ServerResponse>();
  let isDraining = false;
  let whenEmpty: () => void = () => undefined;

  return {
    admit(request, response) {
      if (isDraining) {
        response.setHeader('retry-after', '5');
        if (request.httpVersionMajor === 1) response.setHeader('connection', 'close');
        return false;
      }
      if (FOLLOWED.test(request.url?.split('?', 1)[0] ?? '')) return true;
      answering.add(response);
      response.once('close', () => {
        answering.delete(response);
        if (answering.size === 0) whenEmpty();
      });
      return true;
    },
    async begin(patienceMs) {
      isDraining = true;
      if (answering.size === 0) return;
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, patienceMs);
        whenEmpty = () => {
          clearTimeout(late);
          resolve();
        };
      });
    },
  };
}
