import { readFileSync } from 'node:fs';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { parseUrl } from '../../contract';
import { failure } from '../failure';

/** A request as it goes over the line. */
export interface Exchange {
  readonly method: string;
  /** From the first slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly signal: AbortSignal;
}

/** A way to a console or server. */
export interface Connection {
  /** What it leads to: an origin, or the data folder. Sessions are kept under this name. */
  readonly target: string;
  /** Whether it is the local socket, over which an installation can be set up. */
  readonly isLocal: boolean;
  /** @throws Failure UNREACHABLE, INTERRUPTED */
  exchange(exchange: Exchange): Promise<IncomingMessage>;
  /** Ends what was started for it. */
  close(): Promise<void>;
}

type Begin = (exchange: Exchange, onAnswer: (answer: IncomingMessage) => void) => ClientRequest;

/**
 * A way over HTTPS.
 * @param url of a console or server: `https://HOST[:PORT]`
 * @param caFile a certificate in PEM that is trusted besides those of the system
 * @param silenceMs how long the other side may say nothing, in milliseconds
 * @throws Failure USAGE
 */
export function connectOverHttps(url: string, caFile: string | undefined, silenceMs: number): Connection {
  const parsed = parseUrl(url);
  if (parsed?.protocol !== 'https:' || parsed.pathname !== '/' || parsed.username !== '') {
    throw failure('USAGE', '--url is an address such as https://console.example:8443, without a path.');
  }
  const ca = caFile === undefined ? undefined : readCertificate(caFile);
  const begin: Begin = ({ method, path, headers, signal }, onAnswer) => {
    const options = { host: parsed.hostname.replace(/^\[|\]$/g, ''), port: parsed.port || 443 };
    return httpsRequest({ ...options, method, path, headers, signal, ...(ca && { ca }) }, onAnswer);
  };
  return {
    target: parsed.origin,
    isLocal: false,
    exchange: (exchange) => send(begin, exchange, silenceMs, parsed.host),
    close: async () => undefined,
  };
}

/**
 * A way over the local socket of an engine.
 * @param target the data folder
 * @param close ends the engine, where it was started for this
 */
export function connectOverSocket(
  target: string,
  socketPath: string,
  silenceMs: number,
  close: () => Promise<void>,
): Connection {
  const begin: Begin = ({ method, path, headers, signal }, onAnswer) =>
    httpRequest({ socketPath, method, path, headers: { host: 'localhost', ...headers }, signal }, onAnswer);
  return {
    target,
    isLocal: true,
    exchange: (exchange) => send(begin, exchange, silenceMs, target),
    close,
  };
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (problem) {
    const { code } = problem as NodeJS.ErrnoException;
    throw failure('USAGE', `The certificate ${file} cannot be read (${code}).`);
  }
}

function send(begin: Begin, exchange: Exchange, silenceMs: number, where: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = begin(exchange, resolve);
    request.setTimeout(silenceMs, () =>
      request.destroy(failure('UNREACHABLE', `${where} has said nothing for ${silenceMs / 1000} seconds.`)),
    );
    request.once('error', (problem: NodeJS.ErrnoException) =>
      reject(
        exchange.signal.aborted
          ? failure('INTERRUPTED', 'The request was given up.')
          : unreachable(problem, where),
      ),
    );
    request.end(exchange.body);
  });
}

/** Why a connection did not come about, in words for what can be done about it. */
function unreachable(problem: NodeJS.ErrnoException, where: string): Error {
  if (problem.name === 'Failure') return problem;
  const code = problem.code ?? 'unknown';
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) {
    const next = 'Save the certificate of the console (Installation, REST API) and name it with --ca FILE.';
    return failure('UNREACHABLE', `The certificate of ${where} is not trusted (${code}).`, next);
  }
  return failure('UNREACHABLE', `${where} does not answer (${code}).`);
}
