import { failure } from '../failure';
import type { Address } from './addresses';

/** A request without its path parameters. */
interface Encoded {
  readonly path: string;
  readonly rest: Readonly<Record<string, unknown>>;
}

/**
 * Puts the parameters of a path in their place.
 * @throws Failure USAGE when one is missing or the input is no object
 */
export function encodePath(address: Address, input: unknown, tenant: string | null): Encoded {
  const rest = fieldsOf(input);
  const path = address.path.replaceAll(/\{(\w+)\}/g, (_brace, name: string) => {
    if (name === 'tenantId') return encodeURIComponent(required(tenant, 'the tenant'));
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(required(typeof value === 'string' ? value : null, name));
  });
  if (address.method !== 'GET') return { path, rest };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined && value !== null) query.set(name, String(value));
  }
  return { path: query.size === 0 ? path : `${path}?${query}`, rest: {} };
}

/** The body of a request: nothing for GET, a form where a file travels, else JSON. */
export async function encodeBody(
  { method }: Address,
  fields: Readonly<Record<string, unknown>>,
): Promise<{ headers: Record<string, string>; body?: Uint8Array | string }> {
  if (method === 'GET') return { headers: {} };
  if (Object.values(fields).some((value) => value instanceof Blob)) return encodeForm(fields);
  const body = JSON.stringify(fields);
  return {
    headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) },
    body,
  };
}

/** A part that is neither a file nor a text is JSON, as OpenAPI 3.1 has it for `multipart/form-data`. */
async function encodeForm(fields: Readonly<Record<string, unknown>>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (value instanceof Blob) form.set(name, value);
    else form.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  const encoded = new Response(form);
  const body = new Uint8Array(await encoded.arrayBuffer());
  const type = encoded.headers.get('content-type') ?? 'multipart/form-data';
  return { headers: { 'content-type': type, 'content-length': String(body.length) }, body };
}

function fieldsOf(input: unknown): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw failure('USAGE', 'The input is a JSON object, such as {"period":"30d"}.');
  }
  return { ...input };
}

function required(value: string | null, name: string): string {
  if (value === null || value === '') throw failure('USAGE', `It does not say ${name}.`);
  return value;
}
