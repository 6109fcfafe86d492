import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { ConsoleError } from '../contract';
import type { Engine, EngineRequest } from '../engine';
import { claimedRefreshOwner, claimsAnotherThan } from '../engine/mechanism/tokens';
import type { ApiPlace, ServedHost } from '../engine/ports';

type HostTenant = ServedHost['tenant'];

/** What of the installation is asked before anybody is signed in. */
const FOR_EVERYBODY: ReadonlySet<string> = new Set(['status.read', 'status.watch']);

const reached = new AsyncLocalStorage<HostTenant>();

/** Under which name a request came, and to which tenant alone that leads. */
export interface Reached {
  /** The name, with the port where it is not the usual one. */
  readonly authority: string;
  /** `null` under the name of the listener itself. */
  readonly tenant: HostTenant | null;
}

/**
 * Where a request leads by the name that it was sent to.
 * @returns `null` for a name of nobody's, and for another than the certificate was asked for (RFC 9110 7.4)
 */
export function whereTo(place: ApiPlace, request: IncomingMessage): Reached | null {
  const authority = request.headers.host?.toLowerCase() ?? '';
  const suffix = place.port === 443 ? '' : `:${place.port}`;
  if (!authority.endsWith(suffix)) return null;
  const name = authority.slice(0, authority.length - suffix.length);
  const { servername } = request.socket as TLSSocket & { readonly servername?: string | false };
  if (typeof servername === 'string' && servername !== '' && servername.toLowerCase() !== name) return null;
  if (authority === place.authority) return { authority, tenant: null };
  const host = place.hostOf(name);
  return host && { authority, tenant: host.tenant };
}

/** Answers as what the name of the request allows: within {@link boundByHost} of the same engine. */
export function answerAs<Answer>({ tenant }: Reached, answer: () => Answer): Answer {
  return tenant ? reached.run(tenant, answer) : answer();
}

/**
 * The engine as it is behind the names of tenants: under such a name there is that tenant and no other, nothing of the
 * installation but its state, and no credential of anybody else.
 */
export function boundByHost(engine: Engine): Engine {
  return {
    ...engine,
    async call(request) {
      const tenant = reached.getStore();
      return engine.call(tenant ? boundTo(tenant, request) : request);
    },
    async refresh(refreshSecret, source) {
      const tenant = reached.getStore();
      // What it says of itself suffices: the engine checks its MAC, and whoever says another's name has none.
      if (tenant && claimedRefreshOwner(refreshSecret) !== tenant.id) throw new ConsoleError('NOT_SIGNED_IN');
      return engine.refresh(refreshSecret, source);
    },
    async recognise(credential) {
      const tenant = reached.getStore();
      const owner = await engine.recognise(credential);
      return tenant && owner !== tenant.id ? null : owner;
    },
  };
}

function boundTo({ id, domain }: HostTenant, request: EngineRequest): EngineRequest {
  const { scope, name, tenant, credential } = request;
  if (scope === 'installation') {
    if (FOR_EVERYBODY.has(name)) return { ...request, credential: null };
    throw new ConsoleError('NOT_ALLOWED', { reason: 'This address leads to one tenant alone.' });
  }
  if (tenant !== null && tenant !== id && tenant.toLowerCase() !== domain) {
    throw new ConsoleError('NOT_ALLOWED', { reason: 'This address leads to another tenant.' });
  }
  if (claimsAnotherThan(id, credential)) throw new ConsoleError('NOT_SIGNED_IN');
  return { ...request, tenant: id };
}

/** Makes what is shown to whoever asks for the name of a tenant, once for each certificate. */
export function createHostContexts(hostOf: ApiPlace['hostOf']): (name: string) => SecureContext | null {
  const made = new Map<string, { readonly certificate: string; readonly context: SecureContext }>();
  return (name) => {
    const host = hostOf(name);
    if (!host) {
      made.delete(name);
      return null;
    }
    const known = made.get(name);
    if (known?.certificate === host.certificate) return known.context;
    const { certificate, key } = host.pair();
    const context = createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' });
    made.set(name, { certificate, context });
    return context;
  };
}
