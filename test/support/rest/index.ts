import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { PlanId } from '../../../src/contract';
import type { EngineRequest } from '../../../src/engine';
import type { EnginePorts } from '../../../src/engine/ports';
import { createBodyBudget } from '../../../src/server/bodyBudget';
import { createHashingBound } from '../../../src/server/hashing';
import { createOpenAiHandler, OPENAI_PREFIX } from '../../../src/server/openAi';
import { createRestHandler } from '../../../src/server/rest';
import { createDocumentHandler } from '../../../src/server/rest/documents';
import { startTestEngine } from '../engine';
import { at, openTestWindow } from '../engine/client';
import { createOperator, createTenant, signInAdministrator } from '../engine/world';
import { temporaryFolder } from '../temporaryFolder';

/** A request of a program; the credential goes as RFC 6750 says. */
export interface Wishes {
  readonly credential?: string | null;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/**
 * An engine with one tenant behind a real socket, and an API key of its administrator.
 * @param overrides ports of the test's own
 */
export async function startRest(
  scopes: readonly string[] = ['analytics.view', 'ai.query', 'ai.configure'],
  plan: PlanId = 'professional',
  overrides: Partial<EnginePorts> = {},
) {
  const folder = await temporaryFolder();
  const test = startTestEngine(folder, overrides);
  const { keystore } = test;
  let { engine } = test;
  onTestFinished(() => engine.close());
  const { client: operator } = openTestWindow(test.engine);
  await createOperator(operator);
  const tenant = await createTenant(operator, { plan });
  const { client: member } = openTestWindow(test.engine);
  await signInAdministrator(member);
  const wishes = { name: 'Integration', scopes: scopes as ['ai.query'], expiresInDays: 30 };
  const { secret, key } = await member.tenant.apiKeys.create(wishes, at(tenant));

  // As it is at the time of a request: it may have been started again.
  const current = {
    call: (request: EngineRequest) => engine.call(request),
    refresh: (secret: string, source: string) => engine.refresh(secret, source),
    recognise: (credential: string | null) => engine.recognise(credential),
  };
  const bodies = createBodyBudget();
  const handle = createRestHandler({
    engine: current,
    newRequestId: () => crypto.randomUUID(),
    hashing: createHashingBound(),
    bodies,
  });
  const handleOpenAi = createOpenAiHandler({
    engine: current,
    newRequestId: () => crypto.randomUUID(),
    bodies,
    now: () => test.ports.clock.now(),
  });
  const document = createDocumentHandler('0.0.0-test', '/api/v1');
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (document(request, response, url.pathname)) return;
    void (url.pathname.startsWith(`${OPENAI_PREFIX}/`) ? handleOpenAi : handle)(request, response, url);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** Sends a request below `/api/v1`; with the API key unless another credential is named. */
  function send(method: string, path: string, { credential = secret, body, headers }: Wishes = {}) {
    return fetch(`${origin}/api/v1${path}`, {
      method,
      headers: {
        ...(credential && { authorization: `Bearer ${credential}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }
  /** Closes the engine and starts another over the same folder; windows stay with the first. */
  async function restart(): Promise<void> {
    await engine.close();
    ({ engine } = startTestEngine(folder, { ...overrides, keystore }));
  }
  return { ...test, restart, operator, member, tenant, secret, keyId: key.id, origin, send };
}
