import type { IncomingMessage, ServerResponse } from 'node:http';
import { TAB_HEADER } from '../../contract';

/** Browsers take a cookie of this name only over TLS, for one host name and all its paths (RFC 6265bis 4.1.3.2). */
const PREFIX = '__Host-riscura-';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';
const TAB = /^[0-9a-f]{16}$/;
const HANDLE = /^[\w-]{43}$/;
/** About as many as browsers keep for one host. */
const MOST_HANDLES = 100;

/** The name of the tab that a request comes from; `null` when it is none. */
export function tabOf(request: IncomingMessage): string | null {
  const value = request.headers[TAB_HEADER];
  return typeof value === 'string' && TAB.test(value) ? value : null;
}

/** What the cookie of a tab holds; `null` when there is none, or more than one. */
export function handleOf(request: IncomingMessage, tab: string): string | null {
  const values = cookiesOf(request).flatMap(([name, value]) => (name === PREFIX + tab ? [value] : []));
  const [value] = values;
  return values.length === 1 && value !== undefined && HANDLE.test(value) ? value : null;
}

/** The first hundred tabs that a browser has cookies of, with what they hold; `null` for what was never given. */
export function handlesOf(request: IncomingMessage): (readonly [tab: string, handle: string | null])[] {
  const tabs = cookiesOf(request).flatMap(([name, value]) => {
    const tab = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : '';
    return TAB.test(tab) ? [[tab, HANDLE.test(value) ? value : null] as const] : [];
  });
  return tabs.slice(0, MOST_HANDLES);
}

/** Gives a tab its cookie, or takes it. It ends with the browser. */
export function setHandle(response: ServerResponse, tab: string, handle: string | null): void {
  if (response.headersSent) return;
  const cookie = `${PREFIX}${tab}=${handle ?? ''}; ${ATTRIBUTES}${handle === null ? '; Max-Age=0' : ''}`;
  response.appendHeader('set-cookie', cookie);
}

function cookiesOf({ headers }: IncomingMessage): (readonly [name: string, value: string])[] {
  return (headers.cookie ?? '').split(';').flatMap((part) => {
    const at = part.indexOf('=');
    return at < 0 ? [] : [[part.slice(0, at).trim(), part.slice(at + 1).trim()] as const];
  });
}
