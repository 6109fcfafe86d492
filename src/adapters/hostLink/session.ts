import type { Duplex } from 'node:stream';
import {
  CancellationTokenSource,
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  ResponseError,
} from 'vscode-jsonrpc/node';
import type { z } from 'zod';
import { ConsoleError, type ErrorCode } from '../../contract';
import { FramedReader, FramedWriter, TOO_LARGE_MESSAGE } from './framing';
import {
  type FrameLimits,
  HOST_CODES,
  HostErrorData,
  ITEMS,
  ItemsNote,
  PING,
  STREAM,
  TAKEN,
} from './protocol';
import { StreamReceiver } from './receiver';

/** A host that leaves so many pings without an answer is hung; a machine under load delays one or two. */
const PINGS_MISSED = 3;

/** Why a session ended. `hung` asks whoever started the host to kill it. */
export type SessionEnd = 'done' | 'lost' | 'hung';

export interface SessionOptions {
  readonly limits: FrameLimits;
  /** Milliseconds between pings while something runs; `null` for a host that works in one long step. */
  readonly pingMs: number | null;
  /** How long a host may go on with what was cancelled, in milliseconds. */
  readonly cancelMs: number;
  /** What an error that the host does not explain means for the caller. */
  readonly failure: ErrorCode;
  /** Called once. */
  readonly onEnd: (end: SessionEnd) => void;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Milliseconds until a call, or a stream from which nothing came, counts as hung. */
  readonly timeoutMs: number;
}

/** One connection to one host, after the proof. A host is not trusted: what it says is checked. */
export class HostSession {
  readonly #connection: MessageConnection;
  readonly #socket: Duplex;
  readonly #options: SessionOptions;
  readonly #streams = new Map<number, { receiver: StreamReceiver<unknown>; alive: () => void }>();
  #running = 0;
  #nextStream = 0;
  #ended: SessionEnd | null = null;
  #ping: NodeJS.Timeout | null = null;

  constructor(socket: Duplex, options: SessionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#connection = createMessageConnection(
      new FramedReader(socket, options.limits.answer),
      new FramedWriter(socket, options.limits.request),
    );
    this.#connection.onNotification(ITEMS, (note: unknown) => this.#accept(note));
    this.#connection.onError(() => this.end('lost'));
    this.#connection.onClose(() => this.end('lost'));
    this.#connection.listen();
  }

  get ended(): boolean {
    return this.#ended !== null;
  }

  /**
   * Calls a method of the host.
   * @param schema what the answer must be; a host that answers otherwise is given up
   * @throws ConsoleError CANCELLED, TIMED_OUT, HOST_RESTARTING, or what the host reports
   */
  async call<T>(method: string, params: unknown, schema: z.ZodType<T>, options: CallOptions): Promise<T> {
    const answer = await this.#request(method, params, options).answer;
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    this.end('hung');
    throw new ConsoleError('HOST_RESTARTING', { reason: 'The host answered nonsense and was ended.' });
  }

  /**
   * Reads a stream of the host. Leaving the iteration cancels it there.
   * @throws ConsoleError as `call`
   */
  async *stream<T>(
    method: string,
    params: unknown,
    schema: z.ZodType<T>,
    options: CallOptions,
  ): AsyncGenerator<T, void, undefined> {
    const id = this.#nextStream;
    this.#nextStream += 1;
    const leaving = new AbortController();
    const receiver = new StreamReceiver<T>(schema, (sequence) => {
      this.#connection.sendNotification(TAKEN, { id, sequence }).catch(() => this.end('lost'));
    });
    const request = this.#request(
      STREAM,
      { id, method, params },
      { ...options, signal: AbortSignal.any([options.signal, leaving.signal]) },
    );
    this.#streams.set(id, { receiver: receiver as StreamReceiver<unknown>, alive: request.alive });
    request.answer.then(
      () => receiver.end(),
      (error: unknown) => receiver.end(error),
    );
    try {
      yield* receiver.items();
    } finally {
      leaving.abort();
      this.#streams.delete(id);
    }
  }

  /** Ends the connection; whatever runs rejects with HOST_RESTARTING. Safe to call twice. */
  end(end: SessionEnd): void {
    if (this.#ended !== null) return;
    this.#ended = end;
    if (this.#ping) clearInterval(this.#ping);
    this.#connection.dispose();
    this.#socket.destroy();
    this.#options.onEnd(end);
  }

  #accept(note: unknown): void {
    const parsed = ItemsNote.safeParse(note);
    if (!parsed.success) {
      this.end('hung');
      return;
    }
    const stream = this.#streams.get(parsed.data.id);
    // Items of a stream that was just left are still on their way: nobody wants them.
    if (!stream) return;
    stream.alive();
    if (!stream.receiver.accept(parsed.data.sequence, parsed.data.items)) this.end('hung');
  }

  #request(
    method: string,
    params: unknown,
    { signal, timeoutMs }: CallOptions,
  ): { answer: Promise<unknown>; alive: () => void } {
    let timer: NodeJS.Timeout | null = null;
    let giveUp: (error: ConsoleError) => void = () => {};
    const arm = (): void => {
      if (timer) clearTimeout(timer);
      timer = setTimeout(() => {
        giveUp(
          new ConsoleError('TIMED_OUT', { reason: 'The host did not answer in time and is restarted.' }),
        );
        this.end('hung');
      }, timeoutMs);
    };
    const answer = new Promise<unknown>((resolve, reject) => {
      giveUp = reject;
      if (signal.aborted) {
        reject(new ConsoleError('CANCELLED'));
        return;
      }
      const cancellation = new CancellationTokenSource();
      const onAbort = (): void => {
        cancellation.cancel();
        if (timer) clearTimeout(timer);
        // The caller goes at once; a host that does not stop in time is ended.
        timer = setTimeout(() => this.end('hung'), this.#options.cancelMs);
        reject(new ConsoleError('CANCELLED'));
      };
      signal.addEventListener('abort', onAbort);
      this.#begin();
      arm();
      this.#connection
        .sendRequest(method, params, cancellation.token)
        .then(resolve, (error: unknown) => reject(this.#explain(error)))
        .finally(() => {
          signal.removeEventListener('abort', onAbort);
          if (timer) clearTimeout(timer);
          this.#finish();
        });
    });
    return { answer, alive: () => !signal.aborted && arm() };
  }

  #begin(): void {
    this.#running += 1;
    const { pingMs } = this.#options;
    if (this.#ping || pingMs === null) return;
    let missed = 0;
    this.#ping = setInterval(() => {
      missed += 1;
      if (missed > PINGS_MISSED) {
        this.end('hung');
        return;
      }
      this.#connection.sendRequest(PING).then(
        () => {
          missed = 0;
        },
        () => this.end('lost'),
      );
    }, pingMs);
  }

  #finish(): void {
    this.#running -= 1;
    if (this.#running > 0 || !this.#ping) return;
    clearInterval(this.#ping);
    this.#ping = null;
  }

  #explain(error: unknown): ConsoleError {
    if (this.#ended !== null || !(error instanceof ResponseError)) {
      return new ConsoleError('HOST_RESTARTING', {}, error);
    }
    if (error.code === ErrorCodes.MessageWriteError) {
      return new ConsoleError(
        error.message === TOO_LARGE_MESSAGE ? 'TOO_LARGE' : 'HOST_RESTARTING',
        {},
        error,
      );
    }
    const data = HostErrorData.safeParse(error.data);
    if (!data.success || !HOST_CODES.has(data.data.code))
      return new ConsoleError(this.#options.failure, {}, error);
    const { code, reason } = data.data;
    return new ConsoleError(code, reason === undefined ? {} : { reason: printable(reason) });
  }
}

/** A sentence of a host, without what could disturb a screen or a log. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, ' ').slice(0, 500);
}
