import { randomBytes } from 'node:crypto';
import { protocol, type Session } from 'electron';
import { contentSecurityPolicy } from '../server/web/contentSecurityPolicy';
import { withTrustedTypes } from '../server/web/trustedTypes';
import { SCHEME } from './origin';
import type { PageFile, PageSource } from './pageSources';

const NONCE = /__CSP_NONCE__/g;

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
    const file = await source(url);
    if (!file) return refuse();
    return file.type.startsWith('text/html') ? servePage(file, devServer) : serveAsset(file);
  });
}

function servePage(file: PageFile, devServer: URL | null): Response {
  const nonce = randomBytes(18).toString('base64');
  const page = Buffer.from(file.body).toString('utf8').replace(NONCE, nonce);
  return new Response(devServer ? page : withTrustedTypes(page), {
    headers: {
      ...headersOf(file),
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicy(nonce, devServer),
    },
  });
}

function serveAsset(file: PageFile): Response {
  return new Response(Buffer.from(file.body), { headers: headersOf(file) });
}

function headersOf(file: PageFile): Record<string, string> {
  return {
    'content-type': file.type,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}

function refuse(): Response {
  return new Response(null, { status: 404 });
}
