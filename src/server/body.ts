import type { IncomingMessage } from 'node:http';
import { ConsoleError } from '../contract';
import { parseJson } from './json';

/** A body as it was read. */
export interface Body {
  readonly value: unknown;
  /** Whether it came as `multipart/form-data`, whose fields are files and texts. */
  readonly isForm: boolean;
  /** Its size in bytes as it travelled. */
  readonly bytes: number;
}

const NOTHING: Body = { value: {}, isForm: false, bytes: 0 };

function refused(reason: string, cause?: unknown): ConsoleError {
  return new ConsoleError('BAD_INPUT', { reason }, cause);
}

/**
 * Collects what a client sends, up to a bound.
 * @throws ConsoleError TOO_LARGE before the body was read when it says so of itself, else as soon as it is exceeded
 */
async function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new ConsoleError('TOO_LARGE');
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBytes) throw new ConsoleError('TOO_LARGE');
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
 * @param maxBytes the most that is read
 * @throws ConsoleError TOO_LARGE, or BAD_INPUT for what is neither JSON nor a form
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const bytes = await collect(request, maxBytes);
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
