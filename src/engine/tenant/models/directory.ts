import type { Model, ModelId, Place } from '../../../contract';
import type { ChatEvent, ChatRequest } from '../../ports';

/** Gives the `fetch` of the tenant's own broker for a destination. */
export type FetchFor = (destination: {
  baseUrl: string;
  purpose: 'model';
  place: Place;
  model: ModelId;
}) => typeof fetch;

/** A model that a tenant may now talk to. */
export interface OpenModel {
  /** Where the request goes, in words for the receipt: an origin, or `model host`. */
  readonly endpoint: string;
  chat(request: Omit<ChatRequest, 'model'>): AsyncIterable<ChatEvent>;
  /** Turns texts into vectors of unit length, where the provider is asked for that. */
  embed?(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]>;
}

/** The tenant's turns at the models: a bounded number of answers is made at the same time, shared with others. */
export interface ModelTurns {
  /**
   * Waits for a turn.
   * @param onPosition told where in the tenant's own line the question stands, 1 for the next, when it has to wait
   * @returns gives the turn back
   * @throws ConsoleError MODEL_BUSY, CANCELLED
   */
  enter(
    model: Pick<Model, 'provider'>,
    signal: AbortSignal,
    onPosition: (position: number) => void,
  ): Promise<() => void>;
}

/** The models of the installation, as a tenant sees them. */
export interface ModelDirectory {
  list(): Promise<Model[]>;
  find(id: ModelId): Promise<Model | null>;
  /**
   * @param owner an opaque name of the tenant, for the model host
   * @throws ConsoleError MODEL_UNAVAILABLE when the provider is not declared any more
   */
  open(model: Model, fetchFor: FetchFor, owner: string): Promise<OpenModel>;
}
