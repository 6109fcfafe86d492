import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { ADMINISTRATOR, OPERATOR } from '../../support/engine/world';
import { startRest } from '../../support/rest';
import { type DrawnSchema, drawnFrom } from '../../support/rest/arbitrary';

/*
 * Requests drawn by the OpenAPI document that is served: most of what it admits, some of what it does not. Whatever comes
 * back is in the document, and nothing is a mistake of the console's. `schemathesis.test.ts` does more where there is a
 * Python with it.
 */

const CASES = 900;
const SEED = 20_261_124;

/** What would end the sessions that all of it goes on, or opens and closes what the test stands on. */
const NOT_ASKED =
  /^(sessions\.signOut|.*account\.(endSession|changePassword|setPolicy|revokeSession)|installation\.(sealing|keys|api|network|signOn|models)\.|installation\.tenants\.(delete|suspend|update))/;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: DrawnSchema;
}
type Content = Readonly<Record<string, { readonly schema: Parameters<typeof z.fromJSONSchema>[0] }>>;
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: DrawnSchema }>> };
  readonly responses: { readonly 200: { readonly content: Content } };
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: { readonly Problem: Parameters<typeof z.fromJSONSchema>[0] } };
}

interface Target {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

function requestsOf(targets: readonly Target[], tenant: string) {
  return fc.constantFrom(...targets).chain((target) => {
    const { parameters, requestBody } = target.operation;
    const drawn = parameters.map(({ name, in: place, required, schema }) => {
      const own =
        name === 'tenantId' ? fc.constantFrom(tenant, tenant, tenant, 'nobody.example') : drawnFrom(schema);
      return fc.record({
        name: fc.constant(name),
        place: fc.constant(place),
        value: required ? own : fc.option(own),
      });
    });
    const body = requestBody?.content['application/json'];
    return fc.record({
      target: fc.constant(target),
      caller: fc.constantFrom('key', 'administrator', 'operator', 'nobody'),
      parameters: fc.tuple(...drawn),
      body: body ? drawnFrom(body.schema) : fc.constant(undefined),
    });
  });
}

/** As it stands in an address or a header. */
function textOf(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed();
}

it('answers whatever comes as its document says, and makes no mistake', async () => {
  const { origin, send, tenant, secret, log } = await startRest(undefined, 'custom');
  const document = (await (await fetch(`${origin}/api/v1/openapi.json`)).json()) as Document;
  const tokenOf = async (body: object) => {
    const answer = await send('POST', '/sessions', { credential: null, body });
    return ((await answer.json()) as { accessToken: string }).accessToken;
  };
  const { email, password } = ADMINISTRATOR;
  const callers: Readonly<Record<string, string | null>> = {
    key: secret,
    administrator: await tokenOf({ tenant: 'acme.example', email, password }),
    operator: await tokenOf({ email: OPERATOR.email, password: OPERATOR.password }),
    nobody: null,
  };
  const targets = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { operationId }]) => !NOT_ASKED.test(operationId))
      .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const problem = z.fromJSONSchema(document.components.schemas.Problem);
  const complaints: string[] = [];
  const seen = new Map<number, number>();

  for (const { target, caller, parameters, body } of fc.sample(requestsOf(targets, tenant), {
    numRuns: CASES,
    seed: SEED,
  })) {
    const given = parameters.filter(({ value }) => value !== null && value !== undefined);
    const at = (place: string) =>
      given.flatMap((one) =>
        one.place === place ? [[one.name, textOf(one.value)] as [string, string]] : [],
      );
    const path = at('path').reduce(
      (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(value)),
      target.path,
    );
    const query = new URLSearchParams(at('query')).toString();
    const headers = at('header').map(([name, value]) => [name, value.replace(/[^\x21-\x7e]/g, '')]);
    const answer = await send(target.method, `${path}${query && `?${query}`}`, {
      credential: callers[caller] ?? null,
      headers: Object.fromEntries(headers) as Record<string, string>,
      ...(body !== undefined && target.method !== 'GET' && { body: JSON.stringify(body) }),
    });
    seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
    const text = await answer.text();
    const complain = (what: string) =>
      complaints.push(`${target.operation.operationId}: ${what}: ${text.slice(0, 300)}`);
    if (answer.status === 304) continue;
    const value: unknown = JSON.parse(text);
    if (answer.status === 200) {
      const schema = target.operation.responses[200].content['application/json']?.schema;
      if (!schema) complain('has no whole answer in the document');
      else if (!z.fromJSONSchema(schema).safeParse(value).success) complain('answers outside of its schema');
      continue;
    }
    const { status, code } = value as { status: number; code: string };
    if (answer.headers.get('content-type') !== 'application/problem+json') complain('is no problem');
    if (!problem.safeParse(value).success) complain('is a problem outside of its schema');
    if (status !== answer.status || code === 'INTERNAL' || status === 500) complain(`${status} ${code}`);
  }
  expect(complaints).toEqual([]);
  expect(log.lines.filter((line) => line.includes('a call failed'))).toEqual([]);
  expect(seen.get(200)).toBeGreaterThan(CASES / 20);
}, 240_000);
