import dns from 'node:dns';
import type { Socket } from 'node:net';
import { rootCertificates, type TLSSocket } from 'node:tls';
import { Agent, buildConnector, type RequestInit as ClientRequestInit, fetch as clientFetch } from 'undici';
import type { ConnectionGrant, GrantedClient, Network } from '../../engine/ports';
import { connect } from './connection';
import { withGrant } from './grant';

export interface NetworkOptions {
  /** Milliseconds until a connection counts as failed. Default 10,000. */
  readonly connectMs?: number;
  /** Milliseconds until the headers of an answer must be there: a model may read for long. Default 600,000. */
  readonly headersMs?: number;
  /** Milliseconds of silence within an answer. Default 300,000. */
  readonly silenceMs?: number;
  /** Connections to one server at the same time. Default 256. */
  readonly connections?: number;
  /** Certificates of the house's own authority in PEM, beside the ones that Node trusts. */
  readonly authorities?: readonly string[];
  /** Asks the system's resolver; given by tests that record what is asked. */
  readonly resolve?: (host: string) => Promise<string[]>;
}

const KEEP_MS = 30_000;
const CONNECT_MS = 10_000;

/**
 * The way to the network over undici. No proxy of the environment, no redirect, no HTTP/2, no address but the
 * granted ones; TLS names the host that was granted and is verified against it.
 */
export function createNetwork(options: NetworkOptions = {}): Network {
  return {
    lookup: (host) => (options.resolve ?? systemLookup)(host),
    client: (grant) => createClient(grant, options),
    connect: (grant) => connect(grant, options.connectMs ?? CONNECT_MS, authoritiesOf(grant, options)),
  };
}

/** @throws Error as the resolver does; a name that does not exist is an empty list */
function systemLookup(host: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    withGrant({ kind: 'lookup', host }, () =>
      dns.lookup(host, { all: true, order: 'verbatim' }, (error, found) => {
        if (!error) resolve(found.map(({ address }) => address));
        else if (error.code === 'ENOTFOUND') resolve([]);
        else reject(error);
      }),
    );
  });
}

function createClient(grant: ConnectionGrant, options: NetworkOptions): GrantedClient {
  const agent = new Agent({
    connect: connectorFor(grant, options),
    connections: options.connections ?? 256,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: KEEP_MS,
    headersTimeout: options.headersMs ?? 600_000,
    bodyTimeout: options.silenceMs ?? 300_000,
  });
  const send = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const { url, request } = unfold(input, init);
    try {
      const response = await clientFetch(url, { ...request, dispatcher: agent, redirect: 'manual' });
      // The same interface from the same specification; only the declarations are two.
      return response as unknown as Response;
    } catch (error) {
      throw error instanceof Error && error.cause instanceof Refused ? error.cause.cause : error;
    }
  };
  return {
    fetch: send,
    close: async () => {
      await agent.close().catch(() => agent.destroy());
    },
  };
}

/** Wraps what `beforeConnect` threw, to be told from what the network did. */
class Refused extends Error {
  constructor(cause: unknown) {
    super('refused', { cause });
  }
}

type Connected = (error: Error | null, socket: Socket | TLSSocket | null) => void;

function connectorFor(grant: ConnectionGrant, options: NetworkOptions): buildConnector.connector {
  const authorities = authoritiesOf(grant, options);
  const connect = buildConnector({
    timeout: options.connectMs ?? CONNECT_MS,
    autoSelectFamily: false,
    // Said, so that no variable of the environment says otherwise.
    rejectUnauthorized: true,
    ...(authorities ? { ca: authorities } : {}),
  });
  const open = (target: buildConnector.Options, address: string): Promise<Socket | TLSSocket> =>
    new Promise((resolve, reject) => {
      const granted = { kind: 'connect', address, port: grant.port } as const;
      withGrant(granted, () =>
        connect({ ...target, hostname: address }, (error, socket) => {
          if (error) reject(error);
          else resolve(socket);
        }),
      );
    });
  const tryEach = async (target: buildConnector.Options): Promise<Socket | TLSSocket> => {
    if (target.hostname.replace(/^\[|\]$/g, '') !== grant.host || portOf(target) !== grant.port) {
      throw new Error('the connection leads elsewhere than it was granted');
    }
    let failure: unknown = new Error('no address was granted');
    for (const address of grant.addresses) {
      await grant.beforeConnect(address).catch((error: unknown) => {
        throw new Refused(error);
      });
      try {
        return await open(target, address);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  };
  return (target, callback) => {
    const done = callback as Connected;
    tryEach(target).then(
      (socket) => done(null, socket),
      (error: unknown) => done(error instanceof Error ? error : new Error('no connection'), null),
    );
  };
}

/** All that a server's certificate may be signed by; `undefined` where Node's own list is the whole. */
function authoritiesOf({ authorities = [] }: ConnectionGrant, options: NetworkOptions): string[] | undefined {
  const own = [...(options.authorities ?? []), ...authorities];
  return own.length > 0 ? [...rootCertificates, ...own] : undefined;
}

function portOf({ protocol, port }: buildConnector.Options): number {
  return port ? Number(port) : protocol === 'https:' ? 443 : 80;
}

/** Takes a `Request` apart: the platform's class is not the client's. */
function unfold(input: RequestInfo | URL, init?: RequestInit): { url: string; request: ClientRequestInit } {
  if (!(input instanceof Request)) {
    return { url: String(input), request: (init ?? {}) as ClientRequestInit };
  }
  const { method, headers, body, signal } = input;
  const request = { method, headers, signal, ...(body ? { body, duplex: 'half' } : {}), ...init };
  return { url: input.url, request: request as unknown as ClientRequestInit };
}
