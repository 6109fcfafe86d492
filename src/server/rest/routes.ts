import { type AnyContractProcedure, type AnySchema, getEventIteratorSchemaDetails } from '@orpc/contract';
import { addRoute, createRouter, findRoute } from 'rou3';
import { z } from 'zod';
import { contract, type ProcedureMeta } from '../../contract';
import { listProcedures } from '../../engine/door';

export type Scope = 'installation' | 'tenant';
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** What a value of a query string is to become. */
export type QueryField = 'string' | 'number' | 'boolean';

/** Where a procedure of the contract is found under `/api/v1`. */
export interface Route {
  readonly method: Method;
  /** With its parameters in braces; `{tenantId}` addresses the tenant, every other one is a field of the input. */
  readonly path: `/${string}`;
  readonly scope: Scope;
  readonly name: string;
  readonly procedure: AnyContractProcedure;
  /** Whether it answers with a stream of events. */
  readonly streams: boolean;
  /** Whether a stream ends by itself with what its caller wants to know, so that it can be answered whole. */
  readonly hasLast: boolean;
  /** The largest body in bytes. */
  readonly maxBytes: number;
  /** Fields that a query string may carry; only of those whose method is GET. */
  readonly query: Readonly<Record<string, QueryField>>;
}

/** Where the specification wants them, and what else has a plain address of its own. The rest is derived. */
const NAMED: Readonly<Record<string, readonly [Method, `/${string}`]>> = {
  'installation.tenants.list': ['GET', '/tenants'],
  'installation.tenants.create': ['POST', '/tenants'],
  'installation.tenants.read': ['GET', '/tenants/{id}'],
  'installation.tenants.update': ['PATCH', '/tenants/{id}'],
  'installation.tenants.delete': ['DELETE', '/tenants/{id}'],
  'installation.tenants.environment': ['GET', '/tenants/{id}/environment'],
  'installation.tenants.progress': ['GET', '/tenants/{id}/progress'],
  'installation.tenants.suspend': ['POST', '/tenants/{id}/suspend'],
  'installation.tenants.resume': ['POST', '/tenants/{id}/resume'],
  'installation.tenants.check': ['POST', '/tenants/{id}/check'],
  'tenant.configuration.read': ['GET', '/tenants/{tenantId}/configuration'],
  'tenant.configuration.update': ['PATCH', '/tenants/{tenantId}/configuration'],
  'tenant.assistant.ask': ['POST', '/tenants/{tenantId}/ai/query'],
  'tenant.overview.read': ['GET', '/tenants/{tenantId}/analytics'],
};

/** Streams whose last event says it all. */
const WITH_LAST = new Set([
  'tenant.assistant.ask',
  'tenant.assistant.follow',
  'installation.tenants.progress',
]);

/** `breakGlass.take` becomes `/break-glass/take`. */
function pathOf(name: string): string {
  return name
    .split('.')
    .map((part) => part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
    .join('/');
}

const Field = z.looseObject({
  type: z.string().optional(),
  anyOf: z.array(z.looseObject({ type: z.string().optional() })).optional(),
  /** Of a file. */
  contentEncoding: z.string().optional(),
});

/** What a field is in a query string, or `null` when it is more than one plain value. */
function queryFieldOf(schema: unknown): QueryField | null {
  const { type, anyOf, contentEncoding } = Field.parse(schema);
  if (contentEncoding) return null;
  const own = type ?? anyOf?.find((one) => one.type !== 'null')?.type;
  if (anyOf && anyOf.filter((one) => one.type !== 'null').length > 1) return null;
  if (own === 'integer' || own === 'number') return 'number';
  return own === 'string' || own === 'boolean' ? own : null;
}

/** The fields of an input that a query string can carry, or `null` when it cannot carry all of them. */
function queryOf(schema: AnySchema | undefined): Record<string, QueryField> | null {
  if (!(schema instanceof z.ZodObject)) return null;
  const { properties = {} } = z
    .looseObject({ properties: z.record(z.string(), z.unknown()).optional() })
    .parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  const fields = Object.entries(properties).map(([name, field]) => [name, queryFieldOf(field)] as const);
  if (fields.some(([, field]) => field === null)) return null;
  return Object.fromEntries(fields) as Record<string, QueryField>;
}

function routeOf(scope: Scope, name: string, procedure: AnyContractProcedure): Route {
  const { inputSchema, outputSchema } = procedure['~orpc'];
  const meta = procedure['~orpc'].meta as ProcedureMeta;
  const query = queryOf(inputSchema);
  const derived: readonly [Method, `/${string}`] = [
    meta.audit.kind === 'view' && query ? 'GET' : 'POST',
    scope === 'tenant' ? `/tenants/{tenantId}/${pathOf(name)}` : `/installation/${pathOf(name)}`,
  ];
  const [method, path] = NAMED[`${scope}.${name}`] ?? derived;
  return {
    method,
    path,
    scope,
    name,
    procedure,
    streams: getEventIteratorSchemaDetails(outputSchema) !== undefined,
    hasLast: WITH_LAST.has(`${scope}.${name}`),
    maxBytes: meta.maxBytes,
    query: method === 'GET' ? (query ?? {}) : {},
  };
}

/**
 * Whether a program may ask for it at all. Signing in, and what concerns one's own account, is for a window: what
 * it gives out is bound to it, and nothing here is open to whoever comes without a key.
 */
function isForPrograms(procedure: AnyContractProcedure): boolean {
  const { permission } = procedure['~orpc'].meta as ProcedureMeta;
  return permission !== 'public' && permission !== 'session';
}

/** Every procedure that a program may ask for, with its address. */
export const ROUTES: readonly Route[] = (['installation', 'tenant'] as const).flatMap((scope) =>
  listProcedures(contract[scope])
    .filter(([, procedure]) => isForPrograms(procedure))
    .map(([name, procedure]) => routeOf(scope, name, procedure)),
);

const router = createRouter<Route>();
for (const route of ROUTES) addRoute(router, route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), route);

/** A route that was found, with the parameters of its path as they stand there. */
export interface Found {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds the route of a request. @param path below `/api/v1`, without its query */
export function findRestRoute(method: string, path: string): Found | null {
  const found = findRoute(router, method, path);
  return found ? { route: found.data, parameters: found.params ?? {} } : null;
}

/** The methods that a path answers to; empty for one that is none. */
export function methodsOf(path: string): Method[] {
  return (['GET', 'POST', 'PATCH', 'DELETE'] as const).filter((method) => findRestRoute(method, path));
}
