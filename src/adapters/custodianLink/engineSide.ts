import type { BrowserOpener, Keystore } from '../../engine/ports';
import { createHosts, type Hosts } from './engineHosts';
import { createKeystoreClient } from './engineKeystore';
import { type Examination, FromCustodian, type FromEngine } from './messages';
import { createRequests } from './requests';

/** A port of a window, as a message port of Electron or of the web looks to oRPC. */
export interface WindowPort {
  on(event: string, listener: (event?: { data: unknown }) => void): unknown;
  postMessage(message: unknown, transfer?: unknown[]): void;
  start(): void;
  close(): void;
}

/** The private port to the custodian: `process.parentPort` of an Electron utility process. */
export interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown; ports: WindowPort[] }) => void): unknown;
  postMessage(message: unknown): void;
}

/** A window that wants to speak with the engine. The same window comes again after a reload or a restart. */
export interface EngineWindow {
  readonly id: string;
  readonly port: WindowPort;
  /** What `rememberCredential` left for this window, so that its session goes on. */
  readonly credential: string | null;
}

/** Where credentials of browsers' tabs outlive the engine. */
export interface TabKeep {
  /** @param tab a name that no browser sends */
  read(tab: string): Promise<string | null>;
  write(tab: string, credential: string | null): void;
}

/** What the engine has of its custodian. */
export interface Custodian {
  readonly keystore: Keystore;
  readonly hosts: Hosts;
  readonly browser: BrowserOpener;
  readonly tabs: TabKeep;
  /** Takes windows from now on. The first call also tells the custodian that the engine is ready. */
  onWindow(callback: (window: EngineWindow) => void): void;
  /** A window is gone for good. */
  onWindowClosed(callback: (window: string) => void): void;
  /** Says how the engine is; before that it is not examined, which counts as not being able to serve. */
  onExamine(callback: (metrics: boolean) => Promise<Examination>): void;
  /** Must resolve when all is written and closed; the process ends after it. */
  onShutdown(callback: () => Promise<void>): void;
}

/** Connects the engine with the custodian that started it. */
export function connectCustodian(parentPort: ParentPort): Custodian {
  const send = (message: FromEngine): void => parentPort.postMessage(message);
  const requests = createRequests((id, name, input) => send({ type: 'request', id, name, input }));
  const hosts = createHosts(requests.ask);
  const windows = createListener<EngineWindow>();
  const closings = createListener<string>();
  let drain = async (): Promise<void> => undefined;
  let ready = false;
  let examine: ((metrics: boolean) => Promise<Examination>) | null = null;

  parentPort.on('message', ({ data, ports }) => {
    const message = FromCustodian.parse(data);
    switch (message.type) {
      case 'answer':
        return requests.answer(message.id, message.output);
      case 'refusal':
        return requests.refuse(message.id, message.error);
      case 'window':
        return windows.tell({ id: message.window, credential: message.credential, port: onlyPort(ports) });
      case 'window-closed':
        return closings.tell(message.window);
      case 'hosts':
        return hosts.setStates(message.states);
      case 'host-exited':
        return hosts.exited(message.id);
      case 'ping':
        return send({ type: 'pong', beat: message.beat });
      case 'examine':
        return void examine?.(message.metrics).then((examination) =>
          send({ type: 'examined', id: message.id, examination }),
        );
      case 'shutdown':
        return void drain().then(() => send({ type: 'drained' }));
    }
  });

  return {
    keystore: createKeystoreClient(requests.ask, (window, credential) =>
      send({ type: 'credential', window, credential }),
    ),
    hosts,
    tabs: {
      read: (tab) => requests.ask('tabs.credential', { tab }),
      write: (tab, credential) => send({ type: 'tab-credential', tab, credential }),
    },
    browser: {
      open: async (url) => {
        await requests.ask('browser.open', { url });
      },
    },
    onWindow: (callback) => {
      windows.listen(callback);
      if (!ready) send({ type: 'ready' });
      ready = true;
    },
    onWindowClosed: closings.listen,
    onExamine: (callback) => {
      examine = callback;
    },
    onShutdown: (callback) => {
      drain = callback;
    },
  };
}

/** One listener; what is told before there is one waits for it. */
function createListener<Value>() {
  const waiting: Value[] = [];
  let listener: ((value: Value) => void) | null = null;
  return {
    tell: (value: Value): void => {
      if (listener) listener(value);
      else waiting.push(value);
    },
    listen: (callback: (value: Value) => void): void => {
      listener = callback;
      for (const value of waiting.splice(0)) callback(value);
    },
  };
}

function onlyPort(ports: WindowPort[]): WindowPort {
  const [port, ...others] = ports;
  if (!port || others.length > 0) throw new Error('a window comes with exactly one port');
  return port;
}
