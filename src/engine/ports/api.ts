import type { ListenerPlace, OpenListener } from './signOn';

/** Opens the listener of the REST API. What is answered there goes through the engine's doors like everything. */
export interface ApiListener {
  /** @throws Error with the platform's `code` when it cannot listen there, or the certificate cannot be used */
  open(place: ListenerPlace): Promise<OpenListener>;
}
