import { type AnyContractProcedure, type AnySchema, getEventIteratorSchemaDetails } from '@orpc/contract';
import { z } from 'zod';
import {
  type Configuration,
  ConsoleError,
  contract,
  isConsoleError,
  type ProcedureMeta,
} from '../../contract';
import { type CallResult, listProcedures } from '../../engine/door';
import { entityTag } from './etags';
import { queryOf } from './query';
import type { Asking, Method, ProcedureCall, Route } from './route';

type Scope = 'installation' | 'tenant';

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
  'tenant.billing.read': ['GET', '/tenants/{tenantId}/billing'],
  'tenant.overview.read': ['GET', '/tenants/{tenantId}/analytics'],
};

/** Streams whose last event says it all. */
const WITH_LAST = new Set([
  'tenant.assistant.ask',
  'tenant.assistant.follow',
  'installation.tenants.progress',
]);

/** What has an address of its own under `/sessions`, or opens a browser on the machine of the console. */
const NOT_HERE = new Set([
  'installation.operators.signOut',
  'installation.operators.stepUp',
  'installation.account.confirmSignIn',
  'tenant.identity.signOut',
  'tenant.identity.stepUp',
  'tenant.identity.stepUpByBrowser',
  'tenant.identity.continueByBrowser',
  'tenant.account.confirmSignIn',
]);

/** What hashes a password of its caller without having asked for a fresh proof. */
const HASHING = new Set(['account.changePassword']);

const tagOfConfiguration = (output: unknown) => entityTag((output as Configuration).version, output);

/** What has an entity tag. */
const TAGS: Readonly<Record<string, (output: unknown) => string>> = {
  'tenant.configuration.read': tagOfConfiguration,
  'tenant.configuration.update': tagOfConfiguration,
};

/** Changes what has a version, if it is still the one that `If-Match` names. */
async function changeTagged(asking: Asking, call: ProcedureCall): Promise<CallResult> {
  const version = asking.versionToMatch();
  if (version === null) return asking.call(call);
  try {
    return await asking.call({ ...call, input: { ...(call.input as object), version } });
  } catch (problem) {
    if (!isConsoleError(problem) || problem.code !== 'CONFLICT') throw problem;
    throw new ConsoleError('PRECONDITION_FAILED', {}, problem);
  }
}

/** `breakGlass.take` becomes `/break-glass/take`. */
function pathOf(name: string): string {
  return name
    .split('.')
    .map((part) => part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
    .join('/');
}

function zodOf(id: string, schema: AnySchema | undefined): z.ZodType {
  if (schema instanceof z.ZodType) return schema;
  throw new Error(`${id} is not described by zod`);
}

function descriptionOf({ permission, audit, stepUp }: ProcedureMeta): string {
  return [
    `Permission: ${permission}. Audit event: ${audit.event}.`,
    ...(stepUp ? ['It needs a proof of who calls that is not older than five minutes.'] : []),
  ].join(' ');
}

function routeOf(scope: Scope, name: string, procedure: AnyContractProcedure): Route {
  const { inputSchema, outputSchema } = procedure['~orpc'];
  const meta = procedure['~orpc'].meta as ProcedureMeta;
  const id = `${scope}.${name}`;
  const input = zodOf(id, inputSchema);
  const event = getEventIteratorSchemaDetails(outputSchema)?.yields;
  const query = queryOf(input);
  const derived: readonly [Method, `/${string}`] = [
    meta.audit.kind === 'view' && query ? 'GET' : 'POST',
    scope === 'tenant' ? `/tenants/{tenantId}/${pathOf(name)}` : `/installation/${pathOf(name)}`,
  ];
  const [method, path] = NAMED[id] ?? derived;
  return {
    method,
    path,
    id,
    summary: meta.summary,
    description: descriptionOf(meta),
    input,
    output: zodOf(id, event ?? outputSchema),
    streams: event !== undefined,
    hasLast: WITH_LAST.has(id),
    maxBytes: meta.maxBytes,
    query: method === 'GET' ? (query ?? {}) : {},
    takesKey: meta.audit.kind === 'change' && (event === undefined || id === 'tenant.assistant.ask'),
    tagOf: TAGS[id] ?? null,
    isOpen: false,
    answer(asking, tenant, given) {
      const ask = () => asking.call({ scope, tenant, name, input: given });
      if (method === 'PATCH' && TAGS[id]) return changeTagged(asking, { scope, tenant, name, input: given });
      return HASHING.has(name) ? asking.hashing(ask) : ask();
    },
  };
}

/**
 * Whether it may be asked for over REST. What is `public` may not: it makes the first operator, restores keys, accepts an
 * invitation, unseals, or signs in by a browser. Signing in with a password has addresses of its own, bounded.
 */
function isOffered(id: string, procedure: AnyContractProcedure): boolean {
  const { permission } = procedure['~orpc'].meta as ProcedureMeta;
  return permission !== 'public' && !NOT_HERE.has(id);
}

/** Every procedure of the contract that has an address, with it. */
export const CONTRACT_ROUTES: readonly Route[] = (['installation', 'tenant'] as const).flatMap((scope) =>
  listProcedures(contract[scope])
    .filter(([name, procedure]) => isOffered(`${scope}.${name}`, procedure))
    .map(([name, procedure]) => routeOf(scope, name, procedure)),
);
