import { ConsoleError, isConsoleError } from '../../contract';
import type { Log } from '../../engine/ports';
import {
  type Examination,
  type FromCustodian,
  FromEngine,
  type HostStatus,
  REQUESTS,
  type RequestHandlers,
  type RequestName,
} from './messages';

/** The private port to the engine: an Electron utility process. `Port` is a port of a window. */
export interface EnginePort<Port> {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  postMessage(message: unknown, transfer?: Port[]): void;
}

/** What the custodian wants to hear of its engine. */
export interface EngineEvents {
  /** It takes windows from now on. */
  ready(): void;
  pong(beat: number): void;
  drained(): void;
  credential(window: string, credential: string | null): void;
  tabCredential(tab: string, credential: string | null): void;
}

/** What the custodian tells its engine. */
export interface EngineLink<Port> {
  window(window: string, credential: string | null, port: Port): void;
  windowClosed(window: string): void;
  hosts(states: readonly HostStatus[]): void;
  hostExited(id: string): void;
  ping(beat: number): void;
  /** @returns `null` when it does not answer in time */
  examine(metrics: boolean): Promise<Examination | null>;
  shutdown(): void;
}

/**
 * Serves one engine process.
 * @param handlers answer its requests; the key in an answer is overwritten here once it was sent
 */
export function serveEngine<Port>(
  port: EnginePort<Port>,
  handlers: RequestHandlers,
  events: EngineEvents,
  log: Log,
): EngineLink<Port> {
  const examinations = createExaminations();
  const send = (message: FromCustodian, transfer: Port[] = []): void => port.postMessage(message, transfer);

  port.on('message', (data) => {
    const message = FromEngine.safeParse(data);
    if (!message.success) {
      log.warn('the engine sent a message that is not of the protocol');
      return;
    }
    switch (message.data.type) {
      case 'request':
        return void answer(message.data);
      case 'ready':
        return events.ready();
      case 'pong':
        return events.pong(message.data.beat);
      case 'drained':
        return events.drained();
      case 'examined':
        return examinations.settle(message.data.id, message.data.examination);
      case 'credential':
        return events.credential(message.data.window, message.data.credential);
      case 'tab-credential':
        return events.tabCredential(message.data.tab, message.data.credential);
    }
  });

  const answer = async (request: { id: number; name: string; input: unknown }): Promise<void> => {
    try {
      const output = await run(handlers, request.name, request.input);
      send({ type: 'answer', id: request.id, output });
      if (output instanceof Uint8Array) output.fill(0);
    } catch (error) {
      const known = isConsoleError(error) ? error : new ConsoleError('INTERNAL', {}, error);
      log.error('a request of the engine failed', known.cause ?? known.code, {
        request: isRequestName(request.name) ? request.name : 'unknown',
        code: known.code,
      });
      const { reason } = known.detail;
      send({
        type: 'refusal',
        id: request.id,
        error: reason ? { code: known.code, reason } : { code: known.code },
      });
    }
  };

  return {
    window: (window, credential, windowPort) => send({ type: 'window', window, credential }, [windowPort]),
    windowClosed: (window) => send({ type: 'window-closed', window }),
    hosts: (states) => send({ type: 'hosts', states: [...states] }),
    hostExited: (id) => send({ type: 'host-exited', id }),
    ping: (beat) => send({ type: 'ping', beat }),
    examine: (metrics) => examinations.ask((id) => send({ type: 'examine', id, metrics })),
    shutdown: () => send({ type: 'shutdown' }),
  };
}

/** An engine that is busy for longer is one that cannot serve. */
const EXAMINE_MS = 5_000;

/** The examinations that were asked for and not answered. */
function createExaminations() {
  const waiting = new Map<number, (examination: Examination | null) => void>();
  let next = 1;
  const settle = (id: number, examination: Examination | null): void => {
    const resolve = waiting.get(id);
    waiting.delete(id);
    resolve?.(examination);
  };
  return {
    settle,
    ask: (send: (id: number) => void): Promise<Examination | null> =>
      new Promise((resolve) => {
        const id = next++;
        const timer = setTimeout(() => settle(id, null), EXAMINE_MS);
        waiting.set(id, (examination) => {
          clearTimeout(timer);
          resolve(examination);
        });
        send(id);
      }),
  };
}

/** Checks a request against its schema and hands it to its handler. */
async function run(handlers: RequestHandlers, name: string, input: unknown): Promise<unknown> {
  if (!isRequestName(name)) throw new ConsoleError('UNKNOWN_PROCEDURE');
  const checked = REQUESTS[name].input.safeParse(input);
  if (!checked.success) throw new ConsoleError('BAD_INPUT');
  // The schema of this very name accepted the input; TypeScript cannot follow a union through the table.
  const handler = handlers[name] as (input: unknown) => Promise<unknown>;
  return handler(checked.data);
}

function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(REQUESTS, name);
}
