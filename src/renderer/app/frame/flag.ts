/** A switch that components anywhere can turn and watch. */
export interface Flag {
  readonly read: () => boolean;
  readonly set: (value: boolean) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Makes a switch that is off. */
export function createFlag(): Flag {
  let on = false;
  const listeners = new Set<() => void>();
  return {
    read: () => on,
    set: (value) => {
      on = value;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
