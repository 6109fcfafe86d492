import fc from 'fast-check';

/** A JSON Schema as the OpenAPI document has it, as far as values are drawn by it. */
export interface DrawnSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, DrawnSchema>>;
  readonly required?: readonly string[];
  readonly items?: DrawnSchema;
  readonly anyOf?: readonly DrawnSchema[];
  readonly oneOf?: readonly DrawnSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

const LONGEST = 60;
/** Among so many values that a schema admits is one that nobody sends who means well. */
const WELL_MEANT = 12;

const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('../../etc/passwd', '\u0000', '\ud800', '__proto__', "' OR 1=1 --", 'x'.repeat(5_000)),
  fc.constantFrom(-1, 0.5, Number.MAX_SAFE_INTEGER, 1e300, null, [], {}, true),
);

function admitted(schema: DrawnSchema): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(drawnFrom));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const { minimum = -1_000, maximum = 1_000, minLength = 0, maxLength = LONGEST, maxItems = 4 } = schema;
  const most = Math.max(minimum, Math.min(maximum, minimum + 1_000_000));
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return fc.array(drawnFrom(schema.items ?? {}), { maxLength: Math.min(maxItems, 4) });
    case 'integer':
      return fc.integer({ min: Math.ceil(minimum), max: Math.floor(most) });
    case 'number':
      return fc.double({ min: minimum, max: most, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      if (schema.format === 'uuid') return fc.uuid({ version: 7 });
      if (schema.format === 'email') return fc.emailAddress();
      return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, LONGEST)) });
    default:
      return hostile;
  }
}

function objectOf({ properties = {}, required = [] }: DrawnSchema): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, member]) => [name, drawnFrom(member)]),
  );
  const all = fc.record(members, { requiredKeys: [...required].filter((name) => name in members) });
  return fc.oneof(
    { weight: WELL_MEANT, arbitrary: all },
    { weight: 1, arbitrary: fc.record(members, { requiredKeys: [] }) },
  );
}

/** Values of which most are what a schema admits, and some are not. */
export function drawnFrom(schema: DrawnSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: WELL_MEANT, arbitrary: admitted(schema) }, { weight: 1, arbitrary: hostile });
}
