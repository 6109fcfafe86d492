import { ConsoleError, type ErrorCode } from '../../contract';
import { REQUESTS, type RequestInput, type RequestName, type RequestOutput } from './messages';

/** Longer than the custodian's own time-outs, so that its answer says what was slow. */
const GIVE_UP_AFTER_MS = 45_000;

/** Asks the custodian and waits for the answer. */
export type Ask = <Name extends RequestName>(
  name: Name,
  input: RequestInput<Name>,
) => Promise<RequestOutput<Name>>;

interface Waiting {
  answer(output: unknown): void;
  refuse(error: ConsoleError): void;
}

/**
 * The requests that are under way.
 * @param send takes a request to the custodian
 */
export function createRequests(send: (id: number, name: RequestName, input: unknown) => void) {
  const waiting = new Map<number, Waiting>();
  let next = 1;

  const ask: Ask = (name, input) =>
    new Promise((resolve, reject) => {
      const id = next++;
      const timer = setTimeout(() => settle(id)?.refuse(new ConsoleError('TIMED_OUT')), GIVE_UP_AFTER_MS);
      waiting.set(id, {
        answer: (output) => {
          clearTimeout(timer);
          const checked = REQUESTS[name].output.safeParse(output);
          if (checked.success) resolve(checked.data as RequestOutput<typeof name>);
          else reject(new ConsoleError('INTERNAL', {}, new Error(`the custodian answered ${name} wrongly`)));
        },
        refuse: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      send(id, name, input);
    });

  const settle = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    return found;
  };

  return {
    ask,
    answer: (id: number, output: unknown): void => settle(id)?.answer(output),
    refuse: (id: number, error: { code: ErrorCode; reason?: string | undefined }): void =>
      settle(id)?.refuse(new ConsoleError(error.code, error.reason ? { reason: error.reason } : {})),
  };
}
