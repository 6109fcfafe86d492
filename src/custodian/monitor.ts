import { createServer, type ServerResponse } from 'node:http';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Examination } from '../adapters/custodianLink';

const HEADERS_MS = 5_000;
const CONNECTIONS = 32;
const HEADER_BYTES = 8 * 1024;
const TEXT = 'text/plain; charset=utf-8';

/** An address of this machine and a port. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

export interface MonitorSettings {
  readonly place: Place;
  /** How the engine is; `null` when it does not answer, or there is none at the moment. */
  examine(metrics: boolean): Promise<Examination | null>;
  /** Whether the server is ending. */
  isStopping(): boolean;
}

/** What monitoring systems ask. */
export interface Monitor {
  /** Where it listens. */
  readonly place: Place;
  close(): Promise<void>;
}

/**
 * Opens the listener for monitoring systems, which is none for tenants: `/healthz` says that this process lives, `/readyz`
 * whether the engine serves and if not the codes why, `/metrics` counts. It tells no name, no word and no key.
 * @throws Error with the platform's `code` when it cannot listen there
 */
export async function openMonitor(settings: MonitorSettings): Promise<Monitor> {
  const registry = ownMetrics();
  const engineUp = new Gauge({
    name: 'riscura_engine_up',
    help: 'Whether the engine answers.',
    registers: [registry],
  });
  const ready = new Gauge({
    name: 'riscura_ready',
    help: 'Whether the engine serves: open, with its keys, not being prepared and not ending.',
    registers: [registry],
  });

  async function reasons(): Promise<string[]> {
    if (settings.isStopping()) return ['STOPPING'];
    return (await settings.examine(false))?.reasons ?? ['ENGINE_DOWN'];
  }

  async function metrics(): Promise<string> {
    const found = await settings.examine(true);
    engineUp.set(found ? 1 : 0);
    ready.set(found?.reasons.length === 0 && !settings.isStopping() ? 1 : 0);
    return `${await registry.metrics()}${found?.metrics ?? ''}`;
  }

  const routes: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
    '/healthz': async (response) => send(response, 200, TEXT, 'ok\n'),
    '/readyz': async (response) => {
      const why = await reasons();
      send(response, why.length === 0 ? 200 : 503, TEXT, why.length === 0 ? 'ok\n' : `${why.join('\n')}\n`);
    },
    '/metrics': async (response) => send(response, 200, registry.contentType, await metrics()),
  };

  const server = createServer({ maxHeaderSize: HEADER_BYTES }, (request, response) => {
    const route = routes[request.url?.split('?', 1)[0] ?? ''];
    if (!route || (request.method !== 'GET' && request.method !== 'HEAD')) {
      send(response, route ? 405 : 404, TEXT, '');
      return;
    }
    route(response).catch(() => {
      if (!response.headersSent) send(response, 503, TEXT, 'ENGINE_DOWN\n');
    });
  });
  server.maxConnections = CONNECTIONS;
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = HEADERS_MS;
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: settings.place.address, port: settings.place.port, exclusive: true }, resolve);
  });
  const bound = server.address();
  return {
    place: typeof bound === 'object' && bound ? { ...settings.place, port: bound.port } : settings.place,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Of this process, beside those of the engine's. */
function ownMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'riscura_custodian_' });
  return registry;
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}
