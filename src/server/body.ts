import type { IncomingMessage } from 'node:http';
import { ConsoleError } from '../contract';
import type { BodyShare } from './bodyBudget';
import { parseJson } from './json';

/** A body as it was read. */
export interface Body {
  readonly value: unknown;
  /** Whether it came as `multipart/form-data`, whose fields are files and texts. */
  readonly isForm: boolean;
  /** Its size in bytes as it travelled. */
  readonly bytes: number;
}

/** Above it only those who are signed in may send. */
const STRANGERS_BYTES = 256 * 1024;

/** How far a body is read. */
export interface Reading {
  /** The most that is read. */
  readonly maxBytes: number;
  /** Counts what lies in memory until it was read. */
  readonly share: BodyShare;
  /** Whether somebody is signed in, by the credential alone; asked only of what is large. */
  isKnown(): Promise<boolean>;
}

const NOTHING: Body = { value: {}, isForm: false, bytes: 0 };

function refused(reason: string, cause?: unknown): ConsoleError {
  return new ConsoleError('BAD_INPUT', { reason }, cause);
}

/**
 * Collects what a client sends, up to a bound.
 * @throws ConsoleError TOO_LARGE and NOT_SIGNED_IN before the body was read when it says so of itself, else as soon as
 *   it is exceeded; TOO_BUSY
 */
async function collect(request: IncomingMessage, { maxBytes, share, isKnown }: Reading): Promise<Buffer> {
  let most = Math.min(maxBytes, STRANGERS_BYTES);
  async function admit(bytes: number): Promise<void> {
    if (bytes <= most) return;
    if (bytes > maxBytes) throw new ConsoleError('TOO_LARGE');
    if (!(await isKnown())) throw new ConsoleError('NOT_SIGNED_IN');
    most = maxBytes;
  }
  await admit(Number(request.headers['content-length'] ?? 0));
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    share.take(part.length);
    bytes += part.length;
    await admit(bytes);
    parts.push(part);
  }
  return Buffer.concat(parts, bytes);
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refused('The body is not UTF-8.', cause);
  }
}

async function parseForm(bytes: Buffer, contentType: string): Promise<unknown> {
  try {
    const form = await new Response(new Uint8Array(bytes), {
      headers: { 'content-type': contentType },
    }).formData();
    const fields = [...form];
    if (new Set(fields.map(([name]) => name)).size === fields.length) return Object.fromEntries(fields);
  } catch (cause) {
    throw refused('The form cannot be read.', cause);
  }
  throw refused('A field stands twice in the form.');
}

/**
 * Reads the body of a request: JSON, or a form where files travel.
 * @throws ConsoleError TOO_LARGE, NOT_SIGNED_IN for what is large of a stranger, TOO_BUSY when too much is sent at once, or
 *   BAD_INPUT for what is neither JSON nor a form
 */
export async function readBody(request: IncomingMessage, reading: Reading): Promise<Body> {
  try {
    return await readWhole(request, reading);
  } finally {
    reading.share.release();
  }
}

async function readWhole(request: IncomingMessage, reading: Reading): Promise<Body> {
  const bytes = await collect(request, reading);
  if (bytes.length === 0) return NOTHING;
  const contentType = request.headers['content-type'] ?? '';
  const [kind] = contentType.toLowerCase().split(';', 1);
  if (kind?.trim() === 'application/json')
    return { value: parseJson(textOf(bytes)), isForm: false, bytes: bytes.length };
  if (kind?.trim() === 'multipart/form-data') {
    return { value: await parseForm(bytes, contentType), isForm: true, bytes: bytes.length };
  }
  throw refused('The content type is neither application/json nor multipart/form-data.');
}
