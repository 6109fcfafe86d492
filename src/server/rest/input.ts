import { z } from 'zod';
import { ConsoleError } from '../../contract';
import type { QueryField } from './query';
import type { Found } from './routes';

function refused(path: string, problem: string): ConsoleError {
  return new ConsoleError('BAD_INPUT', { fields: [{ path, problem }] });
}

function typed(path: string, text: string, kind: QueryField): unknown {
  if (kind === 'string') return text;
  if (kind === 'boolean') {
    if (text !== 'true' && text !== 'false') throw refused(path, 'must be true or false');
    return text === 'true';
  }
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) throw refused(path, 'must be a number');
  return number;
}

/**
 * What a query string says, in the types of the fields it names.
 * @throws ConsoleError BAD_INPUT for a field that is not known, stands there twice, or is of another type
 */
export function readQuery(query: URLSearchParams, fields: Found['route']['query']): Record<string, unknown> {
  const seen = new Map<string, unknown>();
  for (const [name, text] of query) {
    const kind = fields[name];
    if (!kind) throw refused(name, 'is not a field of this request');
    if (seen.has(name)) throw refused(name, 'stands there more than once');
    seen.set(name, typed(name, text, kind));
  }
  return Object.fromEntries(seen);
}

/**
 * What a form says. A field that takes no text is JSON, as OpenAPI 3.1 has it for `multipart/form-data`; what is none
 * stays a text, and the contract says what is wrong with it.
 */
export function readForm(fields: unknown, schema: z.ZodType): Record<string, unknown> {
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema instanceof z.ZodObject ? schema.shape : {};
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([name, value]: [string, unknown]) => {
      const field = shape[name];
      if (typeof value !== 'string' || !field || z.safeParse(field, value).success) return [name, value];
      return [name, fromJson(value)];
    }),
  );
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Joins what the path says with what the body or the query says: the path wins nothing, both must agree.
 * @throws ConsoleError BAD_INPUT when the body is no object or says something else than the path
 */
export function joinInput(path: Readonly<Record<string, string>>, body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ConsoleError('BAD_INPUT', { reason: 'The body is not an object.' });
  }
  for (const [name, value] of Object.entries(path)) {
    const other = Object.hasOwn(body, name) ? Reflect.get(body, name) : value;
    if (other !== value) throw refused(name, 'is another in the body than in the path');
  }
  return { ...body, ...path };
}
