import { z } from 'zod';

/** What a value of a query string is to become. */
export type QueryField = 'string' | 'number' | 'boolean';

/** Characters of a text that still fits into the first line of a request, whatever they are. */
const LONGEST = 1_000;

const Field = z.looseObject({
  type: z.string().optional(),
  anyOf: z.array(z.looseObject({ type: z.string().optional() })).optional(),
  /** Of a file. */
  contentEncoding: z.string().optional(),
  maxLength: z.number().optional(),
});

/** What a field is in a query string, or `null` when it is more than one plain value. */
function queryFieldOf(schema: unknown): QueryField | null {
  const { type, anyOf, contentEncoding, maxLength = 0 } = Field.parse(schema);
  if (contentEncoding || maxLength > LONGEST) return null;
  const own = type ?? anyOf?.find((one) => one.type !== 'null')?.type;
  if (anyOf && anyOf.filter((one) => one.type !== 'null').length > 1) return null;
  if (own === 'integer' || own === 'number') return 'number';
  return own === 'string' || own === 'boolean' ? own : null;
}

/** The fields of an input that a query string can carry, or `null` when it cannot carry all of them. */
export function queryOf(schema: z.ZodType): Record<string, QueryField> | null {
  if (!(schema instanceof z.ZodObject)) return null;
  const { properties = {} } = z
    .looseObject({ properties: z.record(z.string(), z.unknown()).optional() })
    .parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  const fields = Object.entries(properties).map(([name, field]) => [name, queryFieldOf(field)] as const);
  if (fields.some(([, field]) => field === null)) return null;
  return Object.fromEntries(fields) as Record<string, QueryField>;
}
