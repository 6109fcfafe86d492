import type { IncomingMessage, ServerResponse } from 'node:http';
import { RPC_PREFIX, type TabTransport } from '../rpc';
import type { Reached } from '../tenantHosts';
import { createPagesHandler } from './pages';

const YEAR_SECONDS = 31_536_000;
/** What every answer to a browser says (beside what the page's own policy says). */
const HEADERS: Readonly<Record<string, string>> = {
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy':
    'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), display-capture=()',
  'x-frame-options': 'DENY',
};

interface WebOptions {
  /** Where the page was built. */
  readonly pages: string;
  readonly tabs: TabTransport;
}

/**
 * Answers a browser. @returns whether it was for this
 * @param where under which name it came
 */
export type WebHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  where: Reached,
) => Promise<boolean>;

/**
 * The console in a browser: its page, and the calls that the page makes.
 * @throws Error when the page was not built
 */
export function createWebHandler({ pages, tabs }: WebOptions): WebHandler {
  const sendPages = createPagesHandler(pages);
  return async (request, response, path, where) => {
    const { authority } = where;
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (isLasting(authority)) response.setHeader('strict-transport-security', `max-age=${YEAR_SECONDS}`);
    if (path.startsWith(`${RPC_PREFIX}/`)) {
      await tabs.answer(request, response, path, authority);
      return true;
    }
    if (path === '/') await tabs.tidy(request, response, authority);
    return sendPages(request, response, path, where.tenant);
  };
}

/** A browser would hold every other program of the machine to TLS too if `localhost` asked for it. */
function isLasting(authority: string): boolean {
  const [name = ''] = authority.split(':', 1);
  return name !== 'localhost' && !name.endsWith('.localhost') && !/^[\d.]+$/.test(name);
}
