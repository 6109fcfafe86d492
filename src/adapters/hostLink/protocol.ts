import { z } from 'zod';
import { ErrorCode } from '../../contract';

/**
 * What engine and host say to each other: JSON-RPC 2.0 over one local socket.
 *
 * - a request named after the method answers once
 * - a request `stream` answers when the stream has ended; its items come before, as notifications `items`,
 *   each of which the reader confirms with a notification `taken`. No more than WINDOW are unconfirmed.
 */
export const STREAM = 'stream';
export const ITEMS = 'items';
export const TAKEN = 'taken';
export const PING = 'ping';

/** How many batches of items may be on their way or waiting at the reader. */
export const WINDOW = 8;

export const StreamRequest = z.object({
  id: z.number().int().nonnegative(),
  method: z.string().max(60),
  params: z.unknown(),
});

export const ItemsNote = z.object({
  id: z.number().int().nonnegative(),
  sequence: z.number().int().nonnegative(),
  items: z.array(z.unknown()).min(1).max(1000),
});

export const TakenNote = z.object({
  id: z.number().int().nonnegative(),
  sequence: z.number().int().nonnegative(),
});

/** The JSON-RPC error code under which a host reports; what went wrong is in `data`. */
export const HOST_ERROR = -32_000;

/** What a host may say about an error. Anything else counts as a broken host. */
export const HostErrorData = z.object({
  code: ErrorCode,
  reason: z.string().max(500).optional(),
});
export type HostErrorData = z.infer<typeof HostErrorData>;

/** The codes that a host may answer with; a host has no say in who is signed in or what a key is. */
export const HOST_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'FILE_REFUSED',
  'DOCUMENT_REFUSED',
  'MODEL_FAILED',
  'MODEL_UNAVAILABLE',
  'CANCELLED',
  'TIMED_OUT',
  'TOO_LARGE',
]);

/** The largest frame in either direction, in bytes. */
export interface FrameLimits {
  /** From the engine to the host. */
  readonly request: number;
  /** From the host to the engine. */
  readonly answer: number;
}

export const MODEL_FRAMES: FrameLimits = { request: 16 * 1024 * 1024, answer: 4 * 1024 * 1024 };

/** A document of 25 MB is a third larger in base64. */
export const PARSER_FRAMES: FrameLimits = { request: 40 * 1024 * 1024, answer: 48 * 1024 * 1024 };

/** The names of the environment variables that a host finds its socket and its secret in. */
export const SOCKET_VARIABLE = 'RISCURA_HOST_SOCKET';
export const SECRET_VARIABLE = 'RISCURA_HOST_SECRET';
