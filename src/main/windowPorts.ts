import type { EngineLink } from '../adapters/custodianLink';

/** The two ends of a new channel. */
export interface Channel<Port> {
  readonly forWindow: Port;
  readonly forEngine: Port;
}

/** A window that can be given a port. */
export interface PortReceiver<Port> {
  readonly id: string;
  give(port: Port): void;
}

export interface WindowPorts<Port> {
  /** A window's page asked for a port: it gets one now, or when there is an engine. */
  connect(window: PortReceiver<Port>): void;
  closed(window: string): void;
  /** What a window's session goes on with after a restart. It never reaches the page. */
  remember(window: string, credential: string | null): void;
  engineReady(link: EngineLink<Port>): void;
  engineGone(): void;
}

/** Brings windows and engine together, and together again after the engine was restarted. */
export function createWindowPorts<Port>(newChannel: () => Channel<Port>): WindowPorts<Port> {
  const windows = new Map<string, { receiver: PortReceiver<Port>; credential: string | null }>();
  let engine: EngineLink<Port> | null = null;

  const join = (id: string): void => {
    const window = windows.get(id);
    if (!engine || !window) return;
    const { forWindow, forEngine } = newChannel();
    engine.window(id, window.credential, forEngine);
    window.receiver.give(forWindow);
  };

  return {
    connect: (receiver) => {
      windows.set(receiver.id, { receiver, credential: windows.get(receiver.id)?.credential ?? null });
      join(receiver.id);
    },
    closed: (id) => {
      windows.delete(id);
      engine?.windowClosed(id);
    },
    remember: (id, credential) => {
      const window = windows.get(id);
      if (window) window.credential = credential;
    },
    engineReady: (link) => {
      engine = link;
      for (const id of windows.keys()) join(id);
    },
    engineGone: () => {
      engine = null;
    },
  };
}
