import { ConsoleError, type EgressAttempt, isConsoleError } from '../../../contract';
import type { Clock, GrantedClient, GrantedConnection, Network } from '../../ports';
import {
  type Decision,
  type Destination,
  decide,
  type EgressPolicy,
  type Refusal,
  refuseResolved,
} from './decide';
import { type Endpoint, LOCALHOST, readEndpoint } from './endpoint';

/** What a name was resolved to is believed for so long. */
const RESOLUTION_MS = 5 * 60_000;
/** Functions that are kept for destinations that come again. */
const FETCHES_KEPT = 200;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

const REDIRECTED = 'The server wanted to send the request elsewhere; redirects are not followed.';
const ELSEWHERE = 'The request leads to another server than the one that was asked for.';
const UNRECORDED = 'The attempt could not be recorded, so nothing is sent.';

export interface EgressParts {
  readonly network: Network;
  /** Asked anew for every request and every connection. */
  readonly policy: () => EgressPolicy;
  /** Resolves when the attempt is on the disk. */
  readonly ledger: (attempt: EgressAttempt) => Promise<void>;
  readonly clock: Clock;
  readonly newId: () => string;
}

export interface EgressBroker {
  /**
   * A `fetch` that leads to one server, the same function whenever the destination is the same. Functions of a broker share its connections, and no other broker does.
   * It throws ConsoleError RESIDENCY_REFUSED or EGRESS_REFUSED with the rule as `reason`.
   */
  fetchFor(destination: Destination): typeof fetch;
  /**
   * One connection for a protocol that is not HTTP. Decided, checked and recorded as a request is.
   * @param reached called when the connection is allowed and recorded, and when the name was resolved
   * @throws ConsoleError RESIDENCY_REFUSED or EGRESS_REFUSED, or what the network threw
   */
  connect(
    destination: Destination,
    reached?: (step: 'allowed' | 'resolved') => void,
  ): Promise<GrantedConnection>;
  /** What would be decided now. Opens nothing, records nothing. */
  check(destination: Destination): Decision;
  /** Closes all connections. */
  close(): Promise<void>;
}

/** A client for one server, purpose, place and model, with the addresses that were checked. */
interface Line {
  readonly client: GrantedClient;
  readonly openedAt: number;
  /** Attempts on this machine that are being recorded while the connection is made. */
  readonly recording: Set<Promise<void>>;
}

/**
 * The egress broker: the only part of the engine that can open a connection. One for each tenant and one for the
 * installation; what it knows of the world is its policy.
 */
export function createEgressBroker(parts: EgressParts): EgressBroker {
  const lines = new Map<string, Promise<Line>>();
  const fetches = new Map<string, typeof fetch>();
  let closed = false;

  function attempt(destination: Destination, decision: Decision): EgressAttempt {
    return {
      id: parts.newId(),
      at: parts.clock.now(),
      host: decision.endpoint?.host ?? '(unreadable)',
      port: decision.endpoint?.port ?? 0,
      purpose: destination.purpose,
      decision: decision.allowed ? 'allowed' : 'refused',
      rule: decision.rule,
      place: destination.place,
      model: destination.model ?? null,
    };
  }

  async function record(destination: Destination, decision: Decision): Promise<void> {
    try {
      await parts.ledger(attempt(destination, decision));
    } catch (error) {
      throw isConsoleError(error) ? error : new ConsoleError('EGRESS_REFUSED', { reason: UNRECORDED }, error);
    }
  }

  async function refuse(destination: Destination, refusal: Refusal): Promise<never> {
    await record(destination, refusal);
    throw new ConsoleError(refusal.code, { reason: refusal.rule });
  }

  /** The decision as of now; a refusal is recorded and thrown. */
  async function require(destination: Destination): Promise<Extract<Decision, { allowed: true }>> {
    const decision = decide(parts.policy(), destination);
    return decision.allowed ? decision : refuse(destination, decision);
  }

  async function resolve(destination: Destination, endpoint: Endpoint): Promise<readonly string[]> {
    if (endpoint.host === 'localhost') return LOCALHOST;
    if (endpoint.address) return [endpoint.host];
    const addresses = await parts.network.lookup(endpoint.host, { purpose: destination.purpose });
    const rule = refuseResolved(parts.policy(), destination, endpoint, addresses);
    return rule === null
      ? addresses
      : refuse(destination, { allowed: false, code: 'EGRESS_REFUSED', rule, endpoint });
  }

  async function open(destination: Destination, abandon: () => void): Promise<Line> {
    const decision = await require(destination);
    const { endpoint } = decision;
    const named = !endpoint.loopback && endpoint.address === null;
    // A look-up leaves the machine too: what is recorded for it stands for the first connection as well.
    if (named) await record(destination, decision);
    let recorded = named;
    const addresses = await resolve(destination, endpoint);
    const recording = new Set<Promise<void>>();
    const client = parts.network.client({
      host: endpoint.host,
      port: endpoint.port,
      addresses,
      authorities: destination.authorities ?? [],
      beforeConnect: async () => {
        const now = await require(destination);
        if (recorded) {
          recorded = false;
          return;
        }
        const entry = record(destination, now);
        if (!endpoint.loopback) return entry;
        recording.add(entry);
        // Whoever uses the line meanwhile waits for the entry; when it fails, they fail, and the line is given up.
        entry.then(() => recording.delete(entry), abandon);
      },
    });
    return { client, openedAt: parts.clock.monotonic(), recording };
  }

  async function lineFor(destination: Destination): Promise<Line> {
    const key = keyOf(originOf(destination.baseUrl), destination);
    const present = lines.get(key);
    if (present) {
      const line = await present;
      if (parts.clock.monotonic() - line.openedAt < RESOLUTION_MS) return line;
      giveUp(key, present);
    }
    const opening = lines.get(key) ?? open(destination, () => giveUp(key, opening));
    lines.set(key, opening);
    return opening.catch((error: unknown) => {
      if (lines.get(key) === opening) lines.delete(key);
      throw error;
    });
  }

  /** Takes a line out of use; it closes when its requests have ended. */
  function giveUp(key: string, line: Promise<Line>): void {
    if (lines.get(key) === line) lines.delete(key);
    void line.then(({ client }) => client.close());
  }

  async function send(
    destination: Destination,
    input: RequestInfo | URL,
    init?: RequestInit,
  ): Promise<Response> {
    if (closed) throw new ConsoleError('CANCELLED');
    const decision = await require(destination);
    const url = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
    const target = readEndpoint(url);
    const same =
      !('broken' in target) &&
      target.host === decision.endpoint.host &&
      target.port === decision.endpoint.port &&
      target.secure === decision.endpoint.secure;
    if (!same) {
      const endpoint = 'broken' in target ? null : target;
      return refuse(destination, { allowed: false, code: 'EGRESS_REFUSED', rule: ELSEWHERE, endpoint });
    }
    const line = await lineFor(destination);
    const response = await line.client.fetch(input, init);
    try {
      await Promise.all(line.recording);
    } catch (error) {
      await response.body?.cancel();
      throw error;
    }
    if (!REDIRECTS.has(response.status)) return response;
    await response.body?.cancel();
    const { endpoint } = decision;
    return refuse(destination, { allowed: false, code: 'EGRESS_REFUSED', rule: REDIRECTED, endpoint });
  }

  async function connect(
    destination: Destination,
    reached?: (step: 'allowed' | 'resolved') => void,
  ): Promise<GrantedConnection> {
    if (closed) throw new ConsoleError('CANCELLED');
    const decision = await require(destination);
    const { endpoint } = decision;
    // Stands for the look-up and for the first connection.
    await record(destination, decision);
    reached?.('allowed');
    let recorded = true;
    const addresses = await resolve(destination, endpoint);
    reached?.('resolved');
    return parts.network.connect({
      host: endpoint.host,
      port: endpoint.port,
      addresses,
      authorities: destination.authorities ?? [],
      beforeConnect: async () => {
        const now = await require(destination);
        if (!recorded) await record(destination, now);
        recorded = false;
      },
    });
  }

  function fetchFor(asked: Destination): typeof fetch {
    const key = keyOf(asked.baseUrl, asked);
    const known = fetches.get(key);
    if (known) return known;
    const destination: Destination = { ...asked, place: { ...asked.place } };
    const made: typeof fetch = (input, init) => send(destination, input, init);
    // Providers are few; what is asked for beyond them, by trying addresses out, is not kept.
    if (fetches.size < FETCHES_KEPT) fetches.set(key, made);
    return made;
  }

  return {
    fetchFor,
    connect,
    check: (destination) => decide(parts.policy(), destination),
    async close() {
      closed = true;
      const open = [...lines.values()];
      lines.clear();
      const settled = await Promise.allSettled(open);
      await Promise.all(settled.map((line) => line.status === 'fulfilled' && line.value.client.close()));
    },
  };
}

/** What tells destinations apart: a connection is made for one of them, and what it carries is for that one. */
function keyOf(address: string, { purpose, place, model, authorities = [] }: Destination): string {
  return JSON.stringify([address, purpose, place.kind, place.region, model ?? null, authorities]);
}

function originOf(url: string): string {
  const endpoint = readEndpoint(url);
  return 'broken' in endpoint ? url : `${endpoint.secure}:${endpoint.host}:${endpoint.port}`;
}
