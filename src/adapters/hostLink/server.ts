import { createServer, type Socket } from 'node:net';
import {
  type CancellationToken,
  CancellationTokenSource,
  createMessageConnection,
  ResponseError,
} from 'vscode-jsonrpc/node';
import type { z } from 'zod';
import { ConsoleError, isConsoleError } from '../../contract';
import { FramedReader, FramedWriter } from './framing';
import { proveAsHost } from './handshake';
import {
  type FrameLimits,
  HOST_ERROR,
  ITEMS,
  PING,
  STREAM,
  StreamRequest,
  TAKEN,
  TakenNote,
} from './protocol';
import { type Merge, StreamSender } from './sender';

const PROOF_TIMEOUT_MS = 5_000;
const WRONG_PROOFS = 5;
const WAITING_CALLERS = 4;
/** A host that nobody calls for so long was forgotten. */
const FORGOTTEN_MS = 120_000;

/** A method of a host that answers once. */
export interface HostCall {
  run(params: unknown, signal: AbortSignal): Promise<unknown>;
}

/** A method of a host that answers with a stream. */
export interface HostStream {
  start(params: unknown, send: SendBatch, signal: AbortSignal): RunningStream;
}

type SendBatch = (sequence: number, items: readonly unknown[]) => Promise<void>;

interface RunningStream {
  confirm(sequence: number): void;
  readonly done: Promise<void>;
}

/** A method that checks its parameters and then runs. */
export function hostCall<P>(
  params: z.ZodType<P>,
  run: (params: P, signal: AbortSignal) => Promise<unknown>,
): HostCall {
  return { run: (raw, signal) => run(check(params, raw), signal) };
}

/**
 * A stream that checks its parameters and then runs.
 * @param merge joins neighbouring items when the reader is slower than the host
 */
export function hostStream<P, T>(
  params: z.ZodType<P>,
  merge: Merge<T>,
  run: (params: P, sender: StreamSender<T>, signal: AbortSignal) => Promise<void>,
): HostStream {
  return {
    start(raw, send, signal) {
      const sender = new StreamSender<T>(send, merge);
      signal.addEventListener('abort', () => sender.close());
      const work = async (): Promise<void> => {
        try {
          await run(check(params, raw), sender, signal);
          await sender.drained();
        } finally {
          sender.close();
        }
      };
      return { confirm: (sequence) => sender.confirm(sequence), done: work() };
    },
  };
}

export interface HostOptions {
  /** Path of a Unix socket in a private folder, or a Windows named pipe. */
  readonly socketPath: string;
  readonly secret: string;
  readonly limits: FrameLimits;
  readonly calls: Readonly<Record<string, HostCall>>;
  readonly streams?: Readonly<Record<string, HostStream>>;
  /** Called with what went wrong inside; for the host's own standard error, never for the engine. */
  readonly onProblem: (method: string, problem: unknown) => void;
}

/**
 * Listens for the one engine, and serves it until it leaves.
 *
 * The first caller that proves the secret is the only one ever: then nobody listens any more.
 * @returns resolves when the engine has left; the host then ends
 * @throws Error when the socket cannot be made or too many callers did not know the secret
 */
export async function serveHost(options: HostOptions): Promise<void> {
  const socket = await acceptEngine(options);
  await serve(socket, options);
}

function acceptEngine(options: HostOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let wrong = 0;
    const callers = new Set<Socket>();
    const server = createServer();
    server.maxConnections = WAITING_CALLERS;
    const forgotten = setTimeout(() => settle(new Error('nobody called')), FORGOTTEN_MS);
    const settle = (outcome: Socket | Error): void => {
      clearTimeout(forgotten);
      server.close();
      for (const caller of callers) if (caller !== outcome) caller.destroy();
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    };
    server.on('connection', (caller) => {
      callers.add(caller);
      caller.on('close', () => callers.delete(caller));
      // Needed before the connection has an owner; who waits for the proof hears of it as well.
      caller.on('error', () => caller.destroy());
      proveAsHost(caller, options.secret, PROOF_TIMEOUT_MS).then(
        () => settle(caller),
        () => {
          caller.destroy();
          wrong += 1;
          if (wrong >= WRONG_PROOFS) settle(new Error('too many callers without the secret'));
        },
      );
    });
    server.on('error', settle);
    const before = process.umask(0o077);
    server.listen(options.socketPath, () => process.umask(before));
  });
}

function serve(socket: Socket, options: HostOptions): Promise<void> {
  const connection = createMessageConnection(
    new FramedReader(socket, options.limits.request),
    new FramedWriter(socket, options.limits.answer),
    undefined,
    { maxParallelism: 64 },
  );
  const leaving = new CancellationTokenSource();
  const running = new Map<number, RunningStream>();

  connection.onRequest(PING, () => null);
  for (const [name, method] of Object.entries(options.calls)) {
    connection.onRequest(name, (params: unknown, token: CancellationToken) =>
      guarded(name, options, [token, leaving.token], (signal) => method.run(params, signal)),
    );
  }
  connection.onNotification(TAKEN, (note: unknown) => {
    const parsed = TakenNote.safeParse(note);
    if (parsed.success) running.get(parsed.data.id)?.confirm(parsed.data.sequence);
  });
  connection.onRequest(STREAM, (request: unknown, token: CancellationToken) =>
    guarded(STREAM, options, [token, leaving.token], async (signal) => {
      const { id, method: name, params } = check(StreamRequest, request);
      const method = Object.hasOwn(options.streams ?? {}, name) ? options.streams?.[name] : undefined;
      if (!method || running.has(id)) throw new ConsoleError('BAD_INPUT');
      const send: SendBatch = (sequence, items) =>
        connection.sendNotification(ITEMS, { id, sequence, items });
      const stream = method.start(params, send, signal);
      running.set(id, stream);
      await stream.done.finally(() => running.delete(id));
    }),
  );

  return new Promise((resolve) => {
    const left = (): void => {
      leaving.cancel();
      connection.dispose();
      resolve();
    };
    connection.onError(() => socket.destroy());
    connection.onClose(left);
    connection.listen();
  });
}

function check<P>(schema: z.ZodType<P>, value: unknown): P {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ConsoleError('BAD_INPUT');
  return parsed.data;
}

async function guarded<R>(
  method: string,
  options: HostOptions,
  tokens: readonly CancellationToken[],
  run: (signal: AbortSignal) => Promise<R>,
): Promise<R | null> {
  const controller = new AbortController();
  const watching = tokens.map((source) => source.onCancellationRequested(() => controller.abort()));
  try {
    return (await run(controller.signal)) ?? null;
  } catch (error) {
    if (!isConsoleError(error) && !controller.signal.aborted) options.onProblem(method, error);
    throw new ResponseError(HOST_ERROR, 'the host reports an error', describe(error, controller.signal));
  } finally {
    for (const watch of watching) watch.dispose();
  }
}

function describe(error: unknown, signal: AbortSignal): { code: string; reason?: string } {
  if (signal.aborted) return { code: 'CANCELLED' };
  if (!isConsoleError(error)) return { code: 'INTERNAL' };
  const { reason } = error.detail;
  return reason === undefined ? { code: error.code } : { code: error.code, reason };
}
