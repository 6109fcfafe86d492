import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { protocol, type Session } from 'electron';
import { contentSecurityPolicy } from './contentSecurityPolicy';
import { SCHEME } from './origin';
import { TRUSTED_TYPES_PATH, TRUSTED_TYPES_SCRIPT } from './trustedTypes';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

const NONCE = /__CSP_NONCE__/g;
const HEAD = '<head>';

/** Reads the body of one of the console's own pages or assets; `null` when there is none of that path. */
export type PageSource = (path: string) => Promise<Uint8Array | null>;

/** Makes `app://` a standard, secure scheme. Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/**
 * Serves `app://console/…` in a session, each page with a nonce of its own and a strict policy.
 * @param devServer the address of the development server, which loosens the policy for live updates
 */
export function servePages(session: Session, source: PageSource, devServer: URL | null): void {
  session.protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url);
    if (request.method !== 'GET' || url.host !== 'console') return refuse();
    const path = url.pathname === '/' ? '/index.html' : url.pathname;
    const body = path === TRUSTED_TYPES_PATH ? Buffer.from(TRUSTED_TYPES_SCRIPT) : await source(path);
    return body ? answer(path, body, devServer) : refuse();
  });
}

/** The files of a folder as they are now; a path that is not one of them, however it is spelled, is nothing. */
export function pagesOfFolder(folder: string): PageSource {
  const files = new Map(listFiles(folder, '').map((path) => [path, join(folder, path)]));
  return async (path) => {
    const file = files.get(path);
    return file ? readFile(file) : null;
  };
}

/** What the development server has. Node fetches it, because Chromium has no network. */
export function pagesOfDevServer(server: URL): PageSource {
  return async (path) => {
    const answer = await fetch(new URL(path, server));
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  };
}

function answer(path: string, body: Uint8Array, devServer: URL | null): Response {
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  const isPage = type.startsWith('text/html');
  const nonce = randomBytes(18).toString('base64');
  const content = isPage
    ? preparePage(Buffer.from(body).toString('utf8'), nonce, devServer)
    : Buffer.from(body);
  return new Response(content, {
    headers: {
      'content-type': type,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      ...(isPage
        ? { 'content-security-policy': contentSecurityPolicy(nonce, devServer), 'cache-control': 'no-store' }
        : {}),
    },
  });
}

function preparePage(page: string, nonce: string, devServer: URL | null): string {
  const guarded = devServer
    ? page
    : page.replace(HEAD, `${HEAD}<script src="${TRUSTED_TYPES_PATH}"></script>`);
  return guarded.replace(NONCE, nonce);
}

function refuse(): Response {
  return new Response(null, { status: 404 });
}

function listFiles(folder: string, under: string): string[] {
  return readdirSync(join(folder, under), { withFileTypes: true }).flatMap((entry) => {
    const path = `${under}/${entry.name}`;
    if (entry.isDirectory()) return listFiles(folder, path);
    return entry.isFile() ? [path] : [];
  });
}
