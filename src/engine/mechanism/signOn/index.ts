import type { ListenerAnswer } from '../../ports';
import { page } from './pages';

export { page } from './pages';

/** The addresses of sign-on by a browser, each with the one method that it is asked with. */
const METHODS = {
  /** Where the browser comes back from an OpenID provider. */
  'oidc/callback': 'GET',
  /** Where an OpenID provider says that somebody signed out (OpenID Connect Back-Channel Logout 1.0). */
  'oidc/logout': 'POST',
  /** Where the browser brings the response of a SAML provider (the HTTP POST binding). */
  'saml/acs': 'POST',
  /** What a SAML provider must know of this console. */
  'saml/metadata': 'GET',
} as const;

export type EndpointKind = keyof typeof METHODS;

/** An address that belongs to a provider. */
export interface Endpoint {
  readonly kind: EndpointKind;
  readonly providerId: string;
}

/** A request at the address of one provider. */
export interface EndpointRequest extends Endpoint {
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
}

/** A provider that people come by with a browser, as the installation knows it. */
export interface SignOnRoute {
  readonly id: string;
  readonly protocol: 'oidc' | 'saml';
  /** Shown to whoever names the tenant's domain; `null` when it is for those who have its code. */
  readonly offeredAs: string | null;
}

/** What a tenant has of the installation's listener. */
export interface SignOnDoor {
  /** What the addresses of its providers begin with, such as `https://localhost:7443`. */
  baseUrl(): string;
  /** Says by which providers people may come in; the listener is open while there are any. */
  keep(routes: readonly SignOnRoute[]): Promise<void>;
  /**
   * Has the listener answer for a provider that is being tried, until the function is called.
   * @throws ConsoleError CONFLICT with the reason when the listener cannot be opened
   */
  hold(route: SignOnRoute): Promise<() => void>;
}

const REFUSED = page(
  'This sign-in is not known',
  'It has ended, or was never begun here. Begin again in the console.',
);

const PATH = /^\/sso\/(oidc|saml)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/([a-z]{1,20})$/;

/** The address of a provider below the listener's own. */
export function addressOf(baseUrl: string, kind: EndpointKind, providerId: string): string {
  const [protocol, action] = kind.split('/');
  return `${baseUrl}/sso/${protocol}/${providerId}/${action}`;
}

/** Reads a path; `null` for one that nothing answers at, or not with this method. */
export function readAddress(method: string, path: string): Endpoint | null {
  const [, protocol, providerId, action] = PATH.exec(path) ?? [];
  const kind = `${protocol}/${action}`;
  if (!providerId || !isKind(kind) || METHODS[kind] !== method) return null;
  return { kind, providerId };
}

function isKind(kind: string): kind is EndpointKind {
  return Object.hasOwn(METHODS, kind);
}

/**
 * The answer to what leads nowhere: the same for a provider that is not there, a sign-in that nobody waits for and a
 * proof that is not good.
 */
export function refusal(kind: EndpointKind): ListenerAnswer {
  if (kind === 'oidc/logout') {
    return { status: 400, type: 'application/json', body: '{"error":"invalid_request"}' };
  }
  return { status: 400, type: 'text/html', body: REFUSED };
}
