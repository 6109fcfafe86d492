import type { ListenerPlace, OpenListener } from './signOn';

/** A host name under which one tenant alone is reached. */
export interface ServedHost {
  readonly tenant: { readonly id: string; readonly domain: string; readonly name: string };
  /** The chain in PEM; another one is another text. */
  readonly certificate: string;
  /** Opens the key. */
  pair(): { readonly certificate: string; readonly key: string };
}

/** Where the listener answers, and what. */
export interface ApiPlace extends ListenerPlace {
  readonly doors: {
    /** The REST API and OpenAI's interface. */
    readonly rest: boolean;
    /** The console in a browser. */
    readonly web: boolean;
  };
  /** Which tenant answers under another name than the listener's own; `null` under a name of nobody's. */
  readonly hostOf: (name: string) => ServedHost | null;
}

/**
 * Opens the listener of programs and of browsers. What is answered there goes through the engine's doors like
 * everything.
 */
export interface ApiListener {
  /** @throws Error with the platform's `code` when it cannot listen there, or the certificate cannot be used */
  open(place: ApiPlace): Promise<OpenListener>;
}
