import { z } from 'zod';
import { ERRORS, ErrorCode, ErrorDetail } from '../../contract';
import type { Method, Route } from './route';
import { ROUTES } from './routes';

type Json = Readonly<Record<string, unknown>>;

/** RFC 9457 with the members of the contract. */
const ProblemSchema = ErrorDetail.omit({ reason: true }).extend({
  type: z.string().describe('`urn:riscura:error:` and the code'),
  title: z.string(),
  status: z.number().int(),
  code: ErrorCode,
  detail: z.string().optional().describe('One sentence about this very case'),
  instance: z.string().describe('`urn:uuid:` and the id of the request, as in the header X-Request-Id'),
});

/** No control character: what `\P{Cc}` means, for the many readers of patterns that do not know it. */
const NO_CONTROLS = '[^\\x00-\\x1f\\x7f-\\x9f]';

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...own } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ jsonSchema: made }) {
      if (made.pattern) made.pattern = made.pattern.replaceAll('\\P{Cc}', NO_CONTROLS);
    },
  });
  return own;
}

function parametersOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
}

/** An input without what stands in the path already. */
function withoutPath(schema: Json, path: readonly string[]): Json {
  const { properties, required = [], ...rest } = schema as ObjectSchema;
  if (!properties) return schema;
  return {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !path.includes(name))),
    required: required.filter((name) => !path.includes(name)),
  };
}

/** draft-ietf-httpapi-idempotency-key-header-07 */
const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 257, pattern: '^("[ !#-\\[\\]-~]+"|[!#-+\\--~]+)$' },
  description:
    'The same request with the same key is done once; whoever comes again within 24 hours is answered with the first answer (`Idempotency-Replayed: true`).',
};

function tagHeader(name: string, description: string): Json {
  return { name, in: 'header', required: false, schema: { type: 'string', maxLength: 500 }, description };
}

const IF_MATCH = tagHeader('If-Match', 'The `ETag` that was read: 412 when it is another by now');
const IF_NONE_MATCH = tagHeader('If-None-Match', 'The `ETag` that was read: 304 when it is still the one');

function parameterList(route: Route, input: Json): Json[] {
  const path = parametersOf(route.path);
  const { properties = {}, required = [] } = input as ObjectSchema;
  const inPath = path.map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: properties[name] ?? { type: 'string', description: 'The id or the domain of the tenant' },
  }));
  const inQuery = Object.keys(route.query)
    .filter((name) => !path.includes(name))
    .map((name) => ({ name, in: 'query', required: required.includes(name), schema: properties[name] }));
  return [
    ...inPath,
    ...inQuery,
    ...(route.takesKey ? [IDEMPOTENCY_KEY] : []),
    ...(route.tagOf ? [route.method === 'GET' ? IF_NONE_MATCH : IF_MATCH] : []),
  ];
}

function hasFile(schema: Json): boolean {
  const { properties = {} } = schema as ObjectSchema;
  return Object.values(properties).some((field) => 'contentEncoding' in field);
}

function answerOf({ streams, hasLast, output }: Route): Json {
  const schema = jsonSchema(output, 'output');
  if (!streams) return { 'application/json': { schema } };
  return {
    'text/event-stream': { schema: { type: 'string' }, 'x-event-schema': schema },
    ...(hasLast && { 'application/json': { schema } }),
  };
}

/** Whether there is anything to be said in the body. */
function hasFields(schema: Json): boolean {
  const { properties } = schema as ObjectSchema;
  return properties === undefined || Object.keys(properties).length > 0;
}

function operationOf(route: Route): Json {
  const { id, summary, description } = route;
  const input = jsonSchema(route.input, 'input');
  const body = withoutPath(input, parametersOf(route.path));
  const type = hasFile(input) ? 'multipart/form-data' : 'application/json';
  return {
    operationId: id,
    summary,
    tags: [id.split('.').slice(0, -1).join('.')],
    description,
    ...(route.isOpen && { security: [] }),
    parameters: parameterList(route, input),
    ...(route.method !== 'GET' &&
      hasFields(body) && { requestBody: { required: true, content: { [type]: { schema: body } } } }),
    responses: {
      200: {
        description: 'Done',
        ...(route.tagOf && { headers: { ETag: { schema: { type: 'string' } } } }),
        content: answerOf(route),
      },
      ...(route.tagOf && route.method === 'GET' && { 304: { description: 'It is what you have' } }),
      default: {
        description: 'Refused or failed',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function pathsOf(routes: readonly Route[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase() as Lowercase<Method>]: operationOf(route),
    };
  }
  return paths;
}

/**
 * The OpenAPI 3.1 document of the REST interface, generated from the contract.
 * @param version of the console
 */
export function openApiDocument(version: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'RISCURA Console',
      version,
      description: `Errors are problems of RFC 9457; their codes: ${Object.keys(ERRORS).join(', ')}.`,
    },
    servers: [{ url: '/api/v1' }],
    security: [{ bearer: [] }],
    paths: pathsOf(ROUTES),
    components: {
      schemas: { Problem: jsonSchema(ProblemSchema, 'output') },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key of a tenant, or the access token of a person (`POST /sessions`)',
        },
      },
    },
  };
}
