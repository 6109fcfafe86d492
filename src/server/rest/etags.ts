import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConsoleError } from '../../contract';

const HASH_CHARACTERS = 22;
const TAG = /^"(\d{1,15})-[\w-]{22}"$/;

/** The strong entity tag (RFC 9110 8.8.3) of something with a version: the version, and a hash of the whole of it. */
export function entityTag(version: number, value: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('base64url');
  return `"${version}-${hash.slice(0, HASH_CHARACTERS)}"`;
}

function listed(header: string | undefined): string[] | null {
  return header === undefined ? null : header.split(',').map((tag) => tag.trim());
}

/**
 * The version that a change is to be of, as `If-Match` says (RFC 9110 13.1.1).
 * @returns `null` where it says nothing, or that any will do
 * @throws ConsoleError PRECONDITION_FAILED when it names none that there ever was
 */
export function versionToMatch(request: IncomingMessage): number | null {
  const tags = listed(request.headers['if-match']);
  if (tags === null || tags.includes('*')) return null;
  const versions = tags.flatMap((tag) => TAG.exec(tag)?.[1] ?? []).map(Number);
  if (versions.length === 0) throw new ConsoleError('PRECONDITION_FAILED');
  return Math.max(...versions);
}

/**
 * Tags an answer, and ends it where the client has it already (RFC 9110 13.1.2).
 * @returns whether it is answered
 */
export function answerTagged(request: IncomingMessage, response: ServerResponse, tag: string): boolean {
  response.setHeader('etag', tag);
  response.setHeader('cache-control', 'private, no-cache');
  if (request.method !== 'GET') return false;
  const known = listed(request.headers['if-none-match']);
  // Weak comparison: a proxy may have made the tag weak.
  if (!known?.some((other) => other === '*' || other.replace(/^W\//, '') === tag)) return false;
  response.writeHead(304);
  response.end();
  return true;
}
