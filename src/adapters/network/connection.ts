import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionGrant, GrantedConnection } from '../../engine/ports';
import { withGrant } from './grant';

/**
 * Opens one connection that a grant allows.
 * @param timeoutMs milliseconds that each address, and a TLS handshake, may take
 * @param ca certificates in PEM that a far end may prove itself with; `undefined` for Node's own list
 */
export async function connect(
  grant: ConnectionGrant,
  timeoutMs: number,
  ca: readonly string[] | undefined,
): Promise<GrantedConnection> {
  let failure: unknown = new Error('no address was granted');
  for (const address of grant.addresses) {
    await grant.beforeConnect(address);
    try {
      return wrap(await open(address, grant.port, timeoutMs), { host: grant.host, timeoutMs, ca });
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function open(address: string, port: number, timeoutMs: number): Promise<Socket> {
  const socket = withGrant({ kind: 'connect', address, port }, () => connectTcp({ host: address, port }));
  return settled(socket, 'connect', timeoutMs);
}

interface Demand {
  readonly host: string;
  readonly timeoutMs: number;
  readonly ca: readonly string[] | undefined;
}

function wrap(socket: Socket, demand: Demand): GrantedConnection {
  return {
    socket,
    secure: async () => wrap(await secure(socket, demand), demand),
    deliver: (bytes) => deliver(socket, bytes, demand.timeoutMs),
    destroy: () => void socket.destroy(),
  };
}

/** A far end that goes away with unread bytes resets the connection; one that has read them closes it in order. */
function deliver(socket: Socket, bytes: Uint8Array, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | null = null;
    let ended = false;
    const timer = setTimeout(() => {
      const late = new Error('the far end did not close the connection') as NodeJS.ErrnoException;
      late.code = 'ETIMEDOUT';
      socket.destroy(late);
    }, timeoutMs);
    socket.once('error', (error) => {
      failure = error;
    });
    socket.once('end', () => {
      ended = true;
    });
    socket.once('close', () => {
      clearTimeout(timer);
      if (failure === null && ended) resolve();
      else reject(failure ?? new Error('the connection was cut'));
    });
    // What the far end says is not looked at, but its end is only seen when it is read.
    socket.resume();
    socket.end(bytes);
  });
}

/** Said in full, so that no variable of the environment says otherwise. */
function secure(socket: Socket, { host, timeoutMs, ca }: Demand): Promise<Socket> {
  const secured = connectTls({
    socket,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca ? { ca: [...ca] } : {}),
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  });
  return settled(secured, 'secureConnect', timeoutMs);
}

/** The socket once the event has come; it is destroyed when that takes too long or fails. */
function settled<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  timeoutMs: number,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const late = new Error('no answer in time') as NodeJS.ErrnoException;
      late.code = 'ETIMEDOUT';
      socket.destroy(late);
    }, timeoutMs);
    const failed = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    const ended = () => {
      const reset = new Error('the far end closed the connection') as NodeJS.ErrnoException;
      reset.code = 'ECONNRESET';
      failed(reset);
    };
    socket.once('error', failed);
    socket.once('close', ended);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off('error', failed);
      socket.off('close', ended);
      resolve(socket);
    });
  });
}
