import { MessageChannel } from 'node:worker_threads';
import { StandardRPCJsonSerializer, StandardRPCSerializer } from '@orpc/client/standard';
import { encodeRequestMessage } from '@orpc/standard-server-peer';
import { TENANT_HEADER } from '../../../src/contract';
import type { Engine } from '../../../src/engine';
import type { Log } from '../../../src/engine/ports';
import { createWindowTransport } from '../../../src/hosts/windowTransport';
import { asWindowPort } from '../engine/client';
import type { Mark } from './shots';

/** A message as it came over the port. */
export interface Answer {
  /** The number of the request that it answers. */
  readonly id: string;
  /** Whether more may follow it. */
  readonly isLast: boolean;
  /** The error in it, when there is one. */
  readonly error: Readonly<Record<string, unknown>> | null;
  /** All of it, to be searched. */
  readonly text: string;
}

/** One window's port, written to and read from without the client that a page has. */
export interface Wire {
  readonly credential: () => string | null;
  send(message: string | Uint8Array): void;
  /** @param listener called with every message of the engine */
  onAnswer(listener: (answer: Answer) => void): void;
  close(): void;
}

let windows = 0;

/** Opens a window that has a credential already, as the custodian reopens one. */
export function openWire(engine: Engine, log: Log, credential: string | null): Wire {
  const { port1, port2 } = new MessageChannel();
  let kept = credential;
  windows += 1;
  const transport = createWindowTransport({
    engine,
    log,
    onCredential: (_window, next) => {
      kept = next;
    },
  });
  transport.serve({ id: `fuzz-${windows}`, port: asWindowPort(port2), credential });
  let listener: (answer: Answer) => void = () => undefined;
  port1.on('message', (message: string | Uint8Array) => listener(read(message)));
  return {
    credential: () => kept,
    send: (message) => port1.postMessage(message),
    onAnswer: (next) => {
      listener = next;
    },
    close: () => port1.close(),
  };
}

/** What the engine writes: `i` numbers the request, `t` is 3 for an event of a stream, `p` holds the rest. */
interface Frame {
  readonly i: string;
  readonly t?: number;
  readonly p?: {
    readonly s?: number;
    readonly h?: Readonly<Record<string, unknown>>;
    readonly b?: { readonly json?: Readonly<Record<string, unknown>> };
    readonly e?: string;
    readonly d?: { readonly json?: Readonly<Record<string, unknown>> };
  };
}

function read(message: string | Uint8Array): Answer {
  const text = typeof message === 'string' ? message : Buffer.from(message).toString('latin1');
  const frame = JSON.parse(typeof message === 'string' ? text : (text.split('\u00ff')[0] ?? '')) as Frame;
  const { p = {} } = frame;
  if (frame.t === 3) {
    return {
      id: frame.i,
      isLast: p.e !== 'message',
      error: p.e === 'error' ? (p.d?.json ?? {}) : null,
      text,
    };
  }
  const isStream = String(p.h?.['content-type'] ?? '').startsWith('text/event-stream');
  return { id: frame.i, isLast: !isStream, error: (p.s ?? 200) >= 400 ? (p.b?.json ?? {}) : null, text };
}

const serializer = new StandardRPCSerializer(new StandardRPCJsonSerializer());

/** What a request is made of. */
export interface Request {
  readonly id: string;
  readonly name: string;
  readonly tenant: string | null;
  readonly input: unknown;
  readonly marks: readonly Mark[];
}

/**
 * Writes a request as the protocol has it. The client's serializer is used for files only: it drops names such as
 * `__proto__`, which are what is to be sent.
 */
export async function requestFrame({
  id,
  name,
  tenant,
  input,
  marks,
}: Request): Promise<string | Uint8Array> {
  const url = `/${name.split('.').map(encodeURIComponent).join('/')}`;
  const headers: Record<string, string> = tenant === null ? {} : { [TENANT_HEADER]: tenant };
  if (hasFile(input)) {
    const request = {
      url: new URL(url, 'http://orpc'),
      method: 'POST',
      headers,
      body: serializer.serialize(input),
      signal: undefined,
    };
    const message = await encodeRequestMessage(id, 1, request);
    return typeof message === 'string' ? message : Buffer.from(message as ArrayBuffer);
  }
  const body = marks.length > 0 ? { json: input, meta: marks } : { json: input };
  return JSON.stringify({ i: id, p: { u: url, b: body, h: headers } });
}

/** Writes that nobody waits for the answer to a request any more. */
export function abortFrame(id: string): string {
  return JSON.stringify({ i: id, t: 4 });
}

function hasFile(value: unknown): boolean {
  if (value instanceof File) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasFile);
}
