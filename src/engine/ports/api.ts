import type { ListenerPlace, OpenListener } from './signOn';

/** Where the listener answers, and what. */
export interface ApiPlace extends ListenerPlace {
  readonly doors: {
    /** The REST API and OpenAI's interface. */
    readonly rest: boolean;
    /** The console in a browser. */
    readonly web: boolean;
  };
}

/**
 * Opens the listener of programs and of browsers. What is answered there goes through the engine's doors like
 * everything.
 */
export interface ApiListener {
  /** @throws Error with the platform's `code` when it cannot listen there, or the certificate cannot be used */
  open(place: ApiPlace): Promise<OpenListener>;
}
