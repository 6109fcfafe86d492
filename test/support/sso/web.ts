import { request } from 'node:https';
import { createServer } from 'node:net';
import type { BrowserOpener } from '../../../src/engine/ports';

/** What a server answered. */
export interface WebAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends one request over TLS, trusting the given authority alone. Follows nothing. */
export function sendTo(url: string, authority: string, sending: Sending = {}): Promise<WebAnswer> {
  const { method = 'GET', headers = {}, body } = sending;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, ca: authority, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString('utf8'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Posts a form. */
export function postForm(
  url: string,
  authority: string,
  fields: Readonly<Record<string, string>>,
): Promise<WebAnswer> {
  return sendTo(url, authority, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });
}

/** A port of this machine that nothing listens at. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A browser that follows redirects and keeps cookies, as the one that the console opens. */
export class Browser implements BrowserOpener {
  /** Every address that it was at, in order. */
  readonly visited: string[] = [];
  /** The page that it ended at. */
  last: WebAnswer | null = null;
  /** Asked before each address: another one to go to in its place, or `null` to stay where it is. */
  onWay: (url: string) => string | null = (url) => url;
  readonly #cookies = new Map<string, Map<string, string>>();
  readonly #authority: string;
  #going: Promise<unknown> = Promise.resolve();

  /** @param authority in PEM; the only one that it trusts */
  constructor(authority: string) {
    this.#authority = authority;
  }

  async open(url: string): Promise<void> {
    this.#going = this.go(url);
    // What goes wrong on the way is the page that is seen; the console is not told.
    this.#going.catch(() => undefined);
  }

  /** Throws all cookies away: another person sits down. */
  forget(): void {
    this.#cookies.clear();
  }

  /** Resolves when the page that was opened last is there. */
  async settled(): Promise<void> {
    await this.#going;
  }

  async go(from: string): Promise<WebAnswer | null> {
    let url: string | null = this.onWay(from);
    for (let hops = 0; url !== null && hops < 20; hops += 1) {
      this.visited.push(url);
      const answer: WebAnswer = await sendTo(url, this.#authority, { headers: this.#headersFor(url) });
      this.#keepCookies(url, answer);
      this.last = answer;
      const { location } = answer.headers;
      url = typeof location === 'string' ? this.onWay(new URL(location, url).href) : null;
    }
    return this.last;
  }

  #headersFor(url: string): Record<string, string> {
    const jar = this.#cookies.get(new URL(url).host);
    return jar ? { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') } : {};
  }

  #keepCookies(url: string, { headers }: WebAnswer): void {
    const host = new URL(url).host;
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    for (const line of [headers['set-cookie'] ?? []].flat()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      const value = pair.slice(at + 1);
      if (value === '') jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), value);
    }
    this.#cookies.set(host, jar);
  }
}
