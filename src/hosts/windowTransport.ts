import { handleStandardServerPeerMessage } from '@orpc/server/standard-peer';
import { ServerPeer } from '@orpc/standard-server-peer';
import type { WindowPort } from '../adapters/custodianLink';
import type { Engine } from '../engine';
import { createCredentialKeeper, messageSize } from '../engine/door';
import type { Log } from '../engine/ports';
import { type ClientContext, createRpcHandler } from '../server/rpc';

/** A message above this closes the port: nothing of ours is near it, and reading it would cost too much. */
const LARGEST_MESSAGE = 64 * 1024 * 1024;
interface Window {
  readonly id: string;
  readonly port: WindowPort;
  readonly credential: string | null;
}

interface WindowTransportOptions {
  readonly engine: Engine;
  readonly log: Log;
  /** Called when a call gave the window a credential, or took it. */
  readonly onCredential: (window: string, credential: string | null) => void;
}

/** Speaks the contract with windows over their message ports. */
export function createWindowTransport({ engine, log, onCredential }: WindowTransportOptions): {
  serve(window: Window): void;
} {
  const handler = createRpcHandler(engine);

  return {
    serve({ id, port, credential }) {
      const keeper = createCredentialKeeper({
        renew: engine.renew,
        source: `window:${id}`,
        kept: credential,
        onChange: (next) => onCredential(id, next),
      });
      let open = 0;
      const context: ClientContext = {
        source: `window:${id}`,
        open: () => open,
        tenant: () => null,
        credential: keeper.forCall,
        keepCredential: keeper.keep,
      };
      const peer = new ServerPeer(async (message) => port.postMessage(message));

      /** A message that is none of the protocol's is dropped: there is nobody to whom it could be answered. */
      async function receive(message: Message): Promise<void> {
        open += 1;
        try {
          await handleStandardServerPeerMessage(handler, peer, message, { context });
        } catch (problem) {
          log.warn('a window sent what is not a request', {
            window: id,
            kind: problem instanceof Error ? problem.name : typeof problem,
          });
        } finally {
          open -= 1;
        }
      }

      port.on('message', (event) => {
        const message: unknown = event?.data;
        if (!isMessage(message)) {
          log.warn('a window sent what is not a request', { window: id, kind: typeof message });
          return;
        }
        const bytes = typeof message === 'string' ? Buffer.byteLength(message) : message.byteLength;
        if (bytes > LARGEST_MESSAGE) {
          log.warn('a window sent more than is ever right', { window: id, bytes });
          port.close();
          return;
        }
        if (!isNumbered(message)) {
          log.warn('a window sent what is not a request', { window: id, kind: 'without a number' });
          return;
        }
        void messageSize.run(bytes, () => receive(message));
      });
      port.on('close', () => peer.close());
      port.start();
    },
  };
}

/** What the protocol is made of. An object would come unmeasured. */
type Message = string | ArrayBuffer | Uint8Array<ArrayBuffer>;

function isMessage(message: unknown): message is Message {
  return typeof message === 'string' || message instanceof ArrayBuffer || message instanceof Uint8Array;
}

/** How every message of the protocol begins. */
const NUMBER = '{"i":';

/**
 * Whether a message has a number by which it is answered. One without would end all that is under way in its window when
 * it is answered: the protocol takes no number for all of them.
 */
function isNumbered(message: Message): boolean {
  if (typeof message === 'string') return message.startsWith(NUMBER);
  const bytes = message instanceof ArrayBuffer ? new Uint8Array(message) : message;
  return Buffer.from(bytes.subarray(0, NUMBER.length)).toString('latin1') === NUMBER;
}
