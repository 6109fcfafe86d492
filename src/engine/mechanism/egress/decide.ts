import type { DeclaredHost, HostPurpose, Place, Residency } from '../../../contract';
import { type AddressKind, kindOfAddress } from './addresses';
import { type Endpoint, readEndpoint } from './endpoint';

/** What a connection is for. `model-pull` lets a server fetch a model from outside. */
export type EgressPurpose = HostPurpose | 'model-pull';

export interface Destination {
  readonly baseUrl: string;
  readonly purpose: EgressPurpose;
  /** Where what is sent is processed. A server on this machine may pass it on: then this is the cloud. */
  readonly place: Place;
  /** The model that is asked, where it is for one; it has connections of its own. Decides nothing. */
  readonly model?: string;
  /** Certificates of the house's own authorities in PEM, trusted for this destination beside the public ones. */
  readonly authorities?: readonly string[];
}

export interface EgressPolicy {
  /** Whether the air gap is closed. */
  readonly airGap: boolean;
  readonly hosts: readonly DeclaredHost[];
  /** The tenant's policy; `null` when the installation itself connects. */
  readonly residency: Residency | null;
}

export type Refusal = {
  readonly allowed: false;
  readonly code: 'RESIDENCY_REFUSED' | 'EGRESS_REFUSED';
  readonly rule: string;
  readonly endpoint: Endpoint | null;
};

export type Decision =
  | { readonly allowed: true; readonly rule: string; readonly endpoint: Endpoint }
  | Refusal;

/** The rules in words. They are what a person reads in the ledger and in a refusal. */
export const RULES = {
  loopback: 'It stays on this machine.',
  declared: 'The host is declared for this purpose.',
  open: 'The air gap is open.',
  closed: 'The air gap is closed and the host is not declared for this purpose.',
  closedRelay: 'The air gap is closed and this server passes what it is asked on to a cloud.',
  closedPull: 'The air gap is closed, and pulling a model fetches it from outside.',
  tenantPull: 'Only the installation pulls models, not a tenant.',
  localPlace: 'The tenant is local-only and this would be processed in a cloud.',
  localHost: 'The tenant is local-only and the host is neither this machine nor declared for this purpose.',
  region: 'The tenant is bound to regions and this would be processed outside of them.',
  notThisMachine: 'It is said to run on this machine, but the host is another.',
  insecure: 'A cloud is spoken to over TLS from the first byte only (https, ldaps).',
  address: 'The host is an address that is never connected to.',
} as const;

/** Addresses that nothing ever connects to, whatever is declared. */
const NEVER: ReadonlySet<AddressKind> = new Set<AddressKind>([
  'link-local',
  'metadata',
  'unspecified',
  'multicast',
  'embedded',
  'reserved',
]);

/**
 * Whether a connection may be made. Pure: asks nobody, and the same for the broker, the router and its simulator.
 * The tenant's policy comes first, then the air gap.
 */
export function decide(policy: EgressPolicy, destination: Destination): Decision {
  const endpoint = readEndpoint(destination.baseUrl);
  if ('broken' in endpoint) {
    return { allowed: false, code: 'EGRESS_REFUSED', rule: endpoint.broken, endpoint: null };
  }
  const refuse = (code: Refusal['code'], rule: string): Refusal => ({ allowed: false, code, rule, endpoint });
  if (endpoint.address && NEVER.has(endpoint.address)) return refuse('EGRESS_REFUSED', RULES.address);
  const resident = byResidency(policy, destination, endpoint);
  if (resident) return refuse('RESIDENCY_REFUSED', resident);
  const { purpose, place } = destination;
  if (place.kind === 'this-machine' && !endpoint.loopback)
    return refuse('EGRESS_REFUSED', RULES.notThisMachine);
  if (place.kind === 'cloud' && !endpoint.loopback && !endpoint.secure) {
    return refuse('EGRESS_REFUSED', RULES.insecure);
  }
  const allow = (rule: string): Decision => ({ allowed: true, rule, endpoint });
  if (purpose === 'model-pull')
    return policy.airGap ? refuse('EGRESS_REFUSED', RULES.closedPull) : allow(RULES.open);
  if (endpoint.loopback && place.kind !== 'cloud') return allow(RULES.loopback);
  if (endpoint.loopback && policy.airGap) return refuse('EGRESS_REFUSED', RULES.closedRelay);
  if (isDeclared(policy, endpoint, purpose)) return allow(RULES.declared);
  return policy.airGap ? refuse('EGRESS_REFUSED', RULES.closed) : allow(RULES.open);
}

/** The rule of the tenant's policy that refuses, or `null`. */
function byResidency(
  { hosts, residency }: EgressPolicy,
  { purpose, place }: Destination,
  endpoint: Endpoint,
): string | null {
  if (residency === null) return null;
  if (purpose === 'model-pull') return RULES.tenantPull;
  if (residency.mode === 'local-only') {
    if (place.kind === 'cloud') return RULES.localPlace;
    return endpoint.loopback || isDeclared({ hosts }, endpoint, purpose) ? null : RULES.localHost;
  }
  if (residency.mode === 'region-bound' && place.kind === 'cloud') {
    return place.region !== null && residency.regions.includes(place.region) ? null : RULES.region;
  }
  return null;
}

function isDeclared(
  policy: Pick<EgressPolicy, 'hosts'>,
  endpoint: Endpoint,
  purpose: EgressPurpose,
): boolean {
  return policy.hosts.some(
    (declared) =>
      declared.host === endpoint.host && declared.port === endpoint.port && declared.purpose === purpose,
  );
}

/** Why an address that a name was resolved to is refused. */
export const RESOLVED = {
  nothing: 'The name leads nowhere.',
  never: 'The name leads to an address that is never connected to.',
  loopback: 'The name leads to this machine. Such a server is declared as localhost.',
  inside: 'The name of a cloud leads into the local network.',
} as const;

/**
 * Checks what a name was resolved to; one bad address refuses all, since whoever answers so is not to be trusted.
 * @returns the rule that refuses, or `null`
 */
export function refuseResolved(
  policy: EgressPolicy,
  destination: Destination,
  endpoint: Endpoint,
  addresses: readonly string[],
): string | null {
  if (addresses.length === 0) return RESOLVED.nothing;
  const declared = isDeclared(policy, endpoint, destination.purpose);
  for (const address of addresses) {
    const kind = kindOfAddress(address);
    if (kind === null || NEVER.has(kind)) return RESOLVED.never;
    if (kind === 'loopback') return RESOLVED.loopback;
    if (kind === 'private' && destination.place.kind === 'cloud' && !declared) return RESOLVED.inside;
  }
  return null;
}
