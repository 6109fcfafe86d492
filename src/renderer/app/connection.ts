import type { ClientLink, ClientOptions } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { TENANT_HEADER } from '../../contract';
import { localError } from '../ui/problem';

const CALL_TIMEOUT_MS = 30_000;
const PORT_MESSAGE = 'riscura:port';

/** What a call may say besides its input. */
export interface CallContext {
  /** The tenant a `tenant.*` call is for: its id, or its domain at sign-in. */
  tenant?: string;
  /** How long the answer (or the opening of a stream) may take. */
  timeoutMs?: number;
}

interface Line {
  readonly link: ClientLink<CallContext>;
  readonly closed: AbortController;
}

/**
 * The line to the engine. It lives as long as the window; what is under it (a message port, or in a browser the
 * server) does not. When the host dies its port closes: what is under way is rejected with `HOST_RESTARTING`, new calls wait
 * for the next one.
 */
export class Connection implements ClientLink<CallContext> {
  #line: Line | null = null;
  readonly #waiting = new Set<(line: Line) => void>();
  readonly #listeners = new Set<() => void>();

  /** Takes every port that the preload posts to this window. */
  listen(target: Window): void {
    target.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (event.source !== target || !isPortMessage(event.data)) return;
      const port = event.ports[0];
      if (port) this.accept(port);
    });
  }

  /** Speaks over this port from now on. */
  accept(port: MessagePort): void {
    const close = this.speak(
      new RPCLink<CallContext>({
        port,
        headers: ({ context }) => (context.tenant ? { [TENANT_HEADER]: context.tenant } : {}),
      }),
    );
    port.addEventListener('close', close);
    port.start();
  }

  /** Speaks through this link from now on. @returns how to say that it is dead */
  speak(link: ClientLink<CallContext>): () => void {
    this.#drop();
    const line: Line = { link, closed: new AbortController() };
    this.#line = line;
    for (const resolve of this.#waiting) resolve(line);
    this.#waiting.clear();
    this.#notify();
    return () => {
      if (this.#line === line) this.#drop();
    };
  }

  /** Whether there is a line right now. */
  readonly isOpen = (): boolean => this.#line !== null;

  /** Calls the listener when the line opens or closes; answers with how to stop that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async call(path: readonly string[], input: unknown, options: ClientOptions<CallContext>): Promise<unknown> {
    const timeout = new AbortController();
    const timer = setTimeout(
      () => timeout.abort(localError('TIMED_OUT')),
      options.context.timeoutMs ?? CALL_TIMEOUT_MS,
    );
    let line: Line | null = null;
    try {
      line = await this.#open(AbortSignal.any(compact([options.signal, timeout.signal])));
      const signal = AbortSignal.any(compact([options.signal, timeout.signal, line.closed.signal]));
      const output = await line.link.call(path, input, { ...options, signal });
      return isAsyncIterator(output) ? follow(output, signal) : output;
    } catch (error) {
      throw this.#reasonOf(error, timeout.signal, line);
    } finally {
      clearTimeout(timer);
    }
  }

  #reasonOf(error: unknown, timeout: AbortSignal, line: Line | null): unknown {
    if (timeout.aborted) return timeout.reason;
    return line?.closed.signal.aborted ? line.closed.signal.reason : error;
  }

  #open(signal: AbortSignal): Promise<Line> {
    if (this.#line) return Promise.resolve(this.#line);
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      signal.addEventListener('abort', () => {
        this.#waiting.delete(resolve);
        reject(signal.reason);
      });
    });
  }

  #drop(): void {
    const line = this.#line;
    this.#line = null;
    line?.closed.abort(localError('HOST_RESTARTING'));
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

function compact(signals: readonly (AbortSignal | undefined)[]): AbortSignal[] {
  return signals.filter((signal) => signal !== undefined);
}

function isPortMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === PORT_MESSAGE;
}

function isAsyncIterator(value: unknown): value is AsyncIterableIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** The same stream, but the death of the host, or a cancelling, is an error and never a quiet end. */
function follow(stream: AsyncIterableIterator<unknown>, ended: AbortSignal): AsyncIterableIterator<unknown> {
  return {
    async next() {
      try {
        const step = await stream.next();
        if (step.done && ended.aborted) throw ended.reason;
        return step;
      } catch (error) {
        throw ended.aborted ? ended.reason : error;
      }
    },
    async return(value?: unknown) {
      return (await stream.return?.(value)) ?? { done: true, value };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
