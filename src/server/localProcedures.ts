import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Engine } from '../engine';
import { splitCredential } from '../engine/mechanism/tokens';
import { readBody } from './body';
import type { BodyBudget } from './bodyBudget';
import { sendJson, sourceOf } from './http';
import { problemOf, sendProblem } from './rest/problem';

interface LocalProcedure {
  readonly method: 'GET' | 'POST';
  readonly path: `/${string}`;
  /** Within the contract of the installation. */
  readonly name: string;
}

/**
 * What is asked of an installation before anybody is signed in. It is answered over the local socket only: who reaches
 * that is the user whose data it is, who could as well open the console's window.
 */
export const LOCAL_PROCEDURES: readonly LocalProcedure[] = [
  { method: 'GET', path: '/installation/status/read', name: 'status.read' },
  { method: 'GET', path: '/installation/operators/password-rules', name: 'operators.passwordRules' },
  { method: 'POST', path: '/installation/operators/create-first', name: 'operators.createFirst' },
  { method: 'POST', path: '/installation/sealing/unseal', name: 'sealing.unseal' },
  { method: 'POST', path: '/installation/recovery/restore', name: 'recovery.restore' },
  { method: 'POST', path: '/installation/recovery/accept-older', name: 'recovery.acceptOlder' },
];

const PREFIX = '/api/v1';
const MAX_BYTES = 16 * 1024;

/** Answers a request when it is one of {@link LOCAL_PROCEDURES}. It never throws. @returns whether it was one */
export type LocalHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

interface LocalOptions {
  readonly engine: Pick<Engine, 'call'>;
  readonly newRequestId: () => string;
  readonly bodies: BodyBudget;
}

/** Speaks the few procedures that nobody has to be signed in for. */
export function createLocalHandler({ engine, newRequestId, bodies }: LocalOptions): LocalHandler {
  async function call(
    name: string,
    input: unknown,
    bytes: number,
    request: IncomingMessage,
  ): Promise<unknown> {
    const where = {
      scope: 'installation',
      tenant: null,
      source: sourceOf(request),
      signal: new AbortController().signal,
      bytes,
    } as const;
    const { output, credential } = await engine.call({ ...where, name, input, credential: null });
    // Whoever wants to stay signs in: what is given out here would end with the answer.
    if (credential) {
      const { access } = splitCredential(credential);
      await engine.call({ ...where, name: 'operators.signOut', input: {}, credential: access });
    }
    return output;
  }

  return async (request, response) => {
    const found = LOCAL_PROCEDURES.find(
      ({ method, path }) => request.method === method && request.url === `${PREFIX}${path}`,
    );
    if (!found) return false;
    const requestId = newRequestId();
    response.setHeader('x-request-id', requestId);
    response.setHeader('cache-control', 'no-store');
    try {
      const reading = { maxBytes: MAX_BYTES, share: bodies(sourceOf(request)), isKnown: async () => false };
      const { value, bytes } =
        found.method === 'GET' ? { value: {}, bytes: 0 } : await readBody(request, reading);
      sendJson(response, await call(found.name, value, bytes, request));
    } catch (problem) {
      if (!request.complete) response.setHeader('connection', 'close');
      sendProblem(response, problemOf(problem, requestId));
    }
    return true;
  };
}
