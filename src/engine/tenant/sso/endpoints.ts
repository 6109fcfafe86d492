import type { EndpointKind, EndpointRequest } from '../../mechanism/signOn';
import type { ListenerAnswer } from '../../ports';

/** Answers at one kind of address; `null` refuses as for a provider that is not there. */
export type EndpointHandler = (request: EndpointRequest) => Promise<ListenerAnswer | null>;

/** What answers at the addresses of the tenant's providers. */
export interface Endpoints {
  /** @throws Error when the kind is taken */
  route(kind: EndpointKind, handler: EndpointHandler): void;
  answer(request: EndpointRequest): Promise<ListenerAnswer | null>;
}

export function createEndpoints(): Endpoints {
  const handlers = new Map<EndpointKind, EndpointHandler>();
  return {
    route(kind, handler) {
      if (handlers.has(kind)) throw new Error(`${kind} is answered already`);
      handlers.set(kind, handler);
    },
    answer: async (request) => (await handlers.get(request.kind)?.(request)) ?? null,
  };
}
