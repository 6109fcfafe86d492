import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { currentGrant } from './grant';

/** What was refused: what was tried, and where it would have led. No path and no content. */
export interface GuardRefusal {
  readonly tried: 'connect' | 'lookup' | 'datagram';
  readonly target: string;
}

export interface GuardOptions {
  /** Whether a local socket (Unix path or named pipe) may be connected to: the hosts' and nothing else. */
  readonly allowPath: (path: string) => boolean;
  readonly onRefused: (refusal: GuardRefusal) => void;
}

/** What foreign code gets when it tries. Looks like a failed connection, so that libraries handle it. */
export class GuardError extends Error {
  override readonly name = 'GuardError';
  readonly code = 'EACCES';

  constructor(refusal: GuardRefusal) {
    super(`this process does not ${refusal.tried} by itself: ${refusal.target}`);
  }
}

type Method = (...args: unknown[]) => unknown;

let installed = false;

/**
 * Closes the process: from now on no code can open a connection, ask a name server or send a datagram, unless it
 * runs with a grant of this folder. `fetch`, `http`, `https`, `http2`, `tls` and `WebSocket` all come by here.
 *
 * It guards against libraries that phone home and against our own mistakes. It does not hold native code, or code
 * that sets out to get around it in the same process: that is what namespaces and firewalls are for. Worker threads
 * have modules of their own and call this themselves.
 *
 * @throws Error when it is installed already
 */
export function installNetworkGuard(options: GuardOptions): void {
  if (installed) throw new Error('the network guard is installed already');
  installed = true;
  const refuse = (tried: GuardRefusal['tried'], target: string): GuardError => {
    const refusal = { tried, target };
    options.onRefused(refusal);
    return new GuardError(refusal);
  };
  guardConnections(options, refuse);
  guardLookups(refuse);
  guardDatagrams(refuse);
  syncBuiltinESMExports();
}

type Refuse = (tried: GuardRefusal['tried'], target: string) => GuardError;

function guardConnections(options: GuardOptions, refuse: Refuse): void {
  const original = net.Socket.prototype.connect as Method;
  const connect: Method = function (this: net.Socket, ...args) {
    const { path, host, port } = targetOf(args);
    const grant = currentGrant();
    const allowed =
      path !== null
        ? options.allowPath(path)
        : grant?.kind === 'connect' && grant.address === host && grant.port === port;
    if (allowed) return Reflect.apply(original, this, args);
    const error = refuse('connect', path === null ? `${host}:${port}` : 'a local socket');
    // As a failed connection would: after the call, by the socket's own error.
    process.nextTick(() => this.destroy(error));
    return this;
  };
  freeze(net.Socket.prototype, 'connect', connect);
}

/** Reads the arguments of `socket.connect` in all forms that Node takes, among them its own inner one. */
function targetOf(args: readonly unknown[]): { path: string | null; host: string; port: number } {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  if (typeof first === 'object' && first !== null) {
    const { path, host, port } = first as { path?: unknown; host?: unknown; port?: unknown };
    if (path !== undefined && path !== null && path !== '') return { path: String(path), host: '', port: 0 };
    return { path: null, host: String(host ?? 'localhost'), port: Number(port ?? 0) };
  }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { path: first, host: '', port: 0 };
  return { path: null, host: typeof second === 'string' ? second : 'localhost', port: Number(first) };
}

function guardLookups(refuse: Refuse): void {
  for (const owner of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (!/^(lookup|lookupService|reverse|resolve\w*)$/.test(name)) continue;
      guardLookup(owner as unknown as Record<string, Method>, name, refuse);
    }
  }
}

function guardLookup(owner: Record<string, Method>, name: string, refuse: Refuse): void {
  const original = owner[name];
  if (typeof original !== 'function') return;
  freeze(owner, name, function (this: unknown, ...args: unknown[]) {
    const grant = currentGrant();
    const granted = grant?.kind === 'lookup' && grant.host === args[0];
    // "Looking up" an address asks nobody; a server does it with the one that it listens at.
    if (name === 'lookup' && (granted || net.isIP(String(args[0])) !== 0)) {
      return Reflect.apply(original, this, args);
    }
    const error = refuse('lookup', String(args[0]));
    const callback = args.at(-1);
    if (typeof callback !== 'function') return Promise.reject(error);
    process.nextTick(callback as () => void, error);
    return {};
  });
}

function guardDatagrams(refuse: Refuse): void {
  freeze(dgram, 'createSocket', () => {
    throw refuse('datagram', 'a datagram socket');
  });
  freeze(
    dgram,
    'Socket',
    class {
      constructor() {
        throw refuse('datagram', 'a datagram socket');
      }
    },
  );
}

function freeze(owner: object, name: string, value: unknown): void {
  Object.defineProperty(owner, name, { value, writable: false, configurable: false, enumerable: true });
}
