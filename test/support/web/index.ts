import type { LookupFunction } from 'node:net';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { Agent, fetch as fetchOver } from 'undici';
import { onTestFinished } from 'vitest';
import { TAB_HEADER, TENANT_HEADER } from '../../../src/contract';
import type { EnginePorts } from '../../../src/engine/ports';
import { startTestEngine, type WebParts } from '../engine';
import { openTestWindow, type TestClient } from '../engine/client';
import { createOperator } from '../engine/world';
import { freePort } from '../freePort';
import { temporaryFolder } from '../temporaryFolder';

/** What a test changes of a request that the page would send. */
export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | FormData;
}

/** An engine whose web console is open, and the operator's window. */
export async function startWeb(ports: Partial<EnginePorts> = {}, web: WebParts = {}) {
  const test = startTestEngine(await temporaryFolder(), ports, web);
  onTestFinished(() => test.engine.close());
  const { client: operator } = openTestWindow(test.engine);
  await createOperator(operator);
  const settings = {
    enabled: false,
    webConsole: true,
    name: 'localhost',
    address: '127.0.0.1',
    port: await freePort(),
  };
  const { baseUrl, certificate } = await operator.installation.api.set({
    settings,
    certificate: { kind: 'kept' },
  });
  return { ...test, operator, settings, origin: baseUrl, pem: certificate?.pem ?? '' };
}

/** Every name leads here, as the name server of a site has it. */
const toThisMachine: LookupFunction = (_name, { all }, done) => {
  if (all) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

/** A browser that trusts a certificate: HTTP/2, and cookies by tab. */
export function openBrowser(origin: string, pem: string) {
  const dispatcher = new Agent({ connect: { ca: pem, lookup: toThisMachine }, allowH2: true });
  onTestFinished(() => dispatcher.destroy());

  /** Sends what it is told, as it is. */
  function send(path: string, { method = 'GET', headers = {}, body }: RawRequest = {}) {
    return fetchOver(`${origin}${path}`, {
      method,
      headers,
      redirect: 'manual',
      dispatcher,
      ...(body !== undefined && { body: body as string }),
    });
  }

  /** A tab with its client, as the page has it. */
  function openTab(tab = '0123456789abcdef', from = origin) {
    const jar = new Map<string, string>();
    const headers = () => ({
      [TAB_HEADER]: tab,
      origin: from,
      'sec-fetch-site': 'same-origin',
      ...(jar.size > 0 && { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }),
    });
    const link = new RPCLink<{ tenant?: string }>({
      url: `${origin}/rpc`,
      headers: ({ context }) => ({
        ...headers(),
        ...(context.tenant ? { [TENANT_HEADER]: context.tenant } : {}),
      }),
      fetch: async (request, init) => {
        const body = request.body ? Buffer.from(await request.arrayBuffer()) : undefined;
        const answer = await fetchOver(request.url, {
          ...init,
          method: request.method,
          headers: Object.fromEntries(request.headers),
          signal: request.signal,
          dispatcher,
          ...(body && { body }),
        } as Parameters<typeof fetchOver>[1]);
        for (const cookie of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
          if (value === '') jar.delete(name);
          else jar.set(name, value);
        }
        return answer as unknown as Response;
      },
    });
    const client: TestClient = createORPCClient(link);
    return { client, jar, headers };
  }

  return { send, openTab };
}
