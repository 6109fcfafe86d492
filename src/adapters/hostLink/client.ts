import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { z } from 'zod';
import { ConsoleError } from '../../contract';
import { proveAsEngine } from './handshake';
import { type CallOptions, HostSession, type SessionEnd, type SessionOptions } from './session';

/** The processes that a host can be. `embedding` is the model host in its second role. */
export type HostKind = 'model' | 'embedding' | 'parser';

/** A running host, as the supervisor hands it over. */
export interface HostLease {
  readonly socketPath: string;
  /** The one-time secret; any text. */
  readonly secret: string;
  /**
   * The engine is done with this process. `lost`: it is gone or broke the rules; `hung`: it must be killed
   * (SIGKILL); `done`: it ends by itself when the connection closes, otherwise it may be killed as well.
   */
  release(end: SessionEnd): void | Promise<void>;
}

/** Starts a host, or waits for the back-off of the supervisor and then starts it. */
export type SpawnHost = (kind: HostKind) => Promise<HostLease>;

export interface LinkOptions extends Omit<SessionOptions, 'onEnd'> {
  readonly kind: HostKind;
  readonly spawn: SpawnHost;
  /** How long a new host may take until it listens and proves itself, in milliseconds. */
  readonly startMs: number;
  /** Opens the local socket; given by the composer where a network guard must know of it. */
  readonly connect?: (socketPath: string) => Promise<Duplex>;
}

const RETRY_MS = 25;
/** So long the supervisor has to notice a death by itself, and count it, before it is asked to end the process. */
const NOTICE_MS = 1_000;

/**
 * Takes a host from the supervisor, waits until it listens, and proves the secret in both directions.
 * @throws ConsoleError HOST_RESTARTING when it does not come up in time, CANCELLED
 */
export async function openSession(options: LinkOptions, signal: AbortSignal): Promise<HostSession> {
  if (signal.aborted) throw new ConsoleError('CANCELLED');
  const lease = await options.spawn(options.kind).catch((error: unknown) => {
    throw new ConsoleError('HOST_RESTARTING', {}, error);
  });
  const release = async (end: SessionEnd): Promise<void> => {
    try {
      if (end === 'lost') await new Promise((resolve) => setTimeout(resolve, NOTICE_MS));
      await lease.release(end);
    } catch {
      // The supervisor watches the process itself; that it could not end it is in its own log.
    }
  };
  try {
    const socket = await connectWithin(options, lease, signal);
    return new HostSession(socket, { ...options, onEnd: (end) => void release(end) });
  } catch (error) {
    void release('hung');
    throw signal.aborted ? new ConsoleError('CANCELLED') : new ConsoleError('HOST_RESTARTING', {}, error);
  }
}

async function connectWithin(options: LinkOptions, lease: HostLease, signal: AbortSignal): Promise<Duplex> {
  const open = options.connect ?? connectLocal;
  const until = performance.now() + options.startMs;
  for (;;) {
    const socket = await open(lease.socketPath).catch((error: unknown) => {
      if (performance.now() > until) throw error;
      return null;
    });
    if (signal.aborted) {
      socket?.destroy();
      throw new ConsoleError('CANCELLED');
    }
    if (socket) {
      await proveAsEngine(socket, lease.secret, options.startMs).catch((error: unknown) => {
        socket.destroy();
        throw error;
      });
      return socket;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function connectLocal(socketPath: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** A host that lives on between calls. After it died, the next call takes a new one. */
export class HostLink {
  readonly #options: LinkOptions;
  #session: Promise<HostSession> | null = null;
  #closed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** @throws ConsoleError as `HostSession.call` */
  async call<T>(method: string, params: unknown, schema: z.ZodType<T>, options: CallOptions): Promise<T> {
    const session = await this.#current();
    return session.call(method, params, schema, options);
  }

  /** @throws ConsoleError as `HostSession.stream` */
  async *stream<T>(
    method: string,
    params: unknown,
    schema: z.ZodType<T>,
    options: CallOptions,
  ): AsyncGenerator<T, void, undefined> {
    const session = await this.#current();
    yield* session.stream(method, params, schema, options);
  }

  /** Ends the host. */
  async close(): Promise<void> {
    this.#closed = true;
    const session = this.#session;
    this.#session = null;
    await session?.then(
      (open) => open.end('done'),
      () => {
        // It never came up, so there is nothing to end.
      },
    );
  }

  async #current(): Promise<HostSession> {
    if (this.#closed) throw new ConsoleError('HOST_RESTARTING');
    const present = this.#session;
    if (present) {
      const session = await present.catch(() => null);
      if (session && !session.ended) return session;
      if (this.#session === present) this.#session = null;
      else return this.#current();
    }
    // A start is shared by all who wait for it, so that none of them may cancel it.
    this.#session ??= openSession(this.#options, new AbortController().signal);
    return this.#session;
  }
}
