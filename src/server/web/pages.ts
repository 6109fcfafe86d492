import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reached } from '../tenantHosts';
import { contentSecurityPolicy } from './contentSecurityPolicy';
import { type Coding, openPageFiles, type PageFile } from './pageFiles';
import { withTrustedTypes } from './trustedTypes';

const END_OF_HEAD = '</head>';
const NONCE = /__CSP_NONCE__/g;
const START_PAGE = '/index.html';
const YEAR_SECONDS = 31_536_000;

/**
 * Answers one request for the page or what it is made of. @returns whether there is such a file
 * @param tenant to which alone the name leads under which it came; the page says so of itself
 */
export type PagesHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  tenant: Reached['tenant'],
) => Promise<boolean>;

/**
 * Serves the console's page to a browser, with a nonce of its own each time, and what it is made of.
 * @param folder where the page was built
 * @throws Error when the folder cannot be read
 */
export function createPagesHandler(folder: string): PagesHandler {
  const find = openPageFiles(folder);
  return async (request, response, path, tenant) => {
    const wanted = path === '/' ? START_PAGE : path;
    const file = await find(wanted);
    if (!file) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return true;
    }
    if (wanted === START_PAGE) await sendPage(request, response, file, tenant);
    else await sendAsset(request, response, file);
    return true;
  };
}

async function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
  file: PageFile,
  tenant: Reached['tenant'],
): Promise<void> {
  const nonce = randomBytes(18).toString('base64');
  const page = (await file.body('identity')).toString('utf8').replace(NONCE, nonce);
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-security-policy', contentSecurityPolicy(nonce, null, 'https'));
  const told = tenant ? page.replace(END_OF_HEAD, () => `${metaOf(tenant)}${END_OF_HEAD}`) : page;
  send(request, response, file.type, Buffer.from(withTrustedTypes(told)));
}

/** What the page knows of the only tenant that it can be for. */
function metaOf({ domain, name }: NonNullable<Reached['tenant']>): string {
  return `<meta name="tenant-domain" content="${escaped(domain)}" /><meta name="tenant-name" content="${escaped(name)}" />`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

async function sendAsset(request: IncomingMessage, response: ServerResponse, file: PageFile): Promise<void> {
  response.setHeader(
    'cache-control',
    file.isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
  );
  response.setHeader('etag', file.etag);
  if (file.codings.length > 1) response.setHeader('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304).end();
    return;
  }
  const coding = chooseCoding(file.codings, request.headers['accept-encoding']);
  if (coding !== 'identity') response.setHeader('content-encoding', coding);
  send(request, response, file.type, await file.body(coding));
}

function send(request: IncomingMessage, response: ServerResponse, type: string, body: Buffer): void {
  response.writeHead(200, { 'content-type': type, 'content-length': body.byteLength });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The best coding that a client names (RFC 9110 12.5.3); one with a weight is named all the same, unless it is zero. */
function chooseCoding(codings: readonly Coding[], accepted = ''): Coding {
  const named = new Set(
    String(accepted)
      .toLowerCase()
      .split(',')
      .map((part) => part.split(';').map((word) => word.trim()))
      .filter(([, weight]) => !/^q=0(\.0*)?$/.test(weight ?? ''))
      .map(([name]) => name),
  );
  return codings.find((coding) => named.has(coding)) ?? 'identity';
}
