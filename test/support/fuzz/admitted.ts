import fc from 'fast-check';
import { TEXTS } from './pools';

/** The part of JSON Schema (2020-12) that the schemas of the contract are made of. */
export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly format?: string;
  readonly pattern?: string;
}

const LONGEST = 60;
const MOST_ITEMS = 4;

/**
 * Values that a schema admits, or all but: what only code can check (a refinement, a pattern with a lookahead) is met
 * by chance and by the pools.
 * @param ids what is put where an id must stand
 * @param name what the value is called where it stands; words of a known kind are drawn from a pool of that name
 */
export function admitted(schema: Schema, ids: fc.Arbitrary<string>, name = ''): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => admitted(choice, ids, name)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object':
      return objectOf(schema, ids);
    case 'array':
      return arrayOf(schema, ids, name);
    case 'string':
      return textOf(schema, ids, name);
    case 'integer':
      return integerOf(schema);
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue();
  }
}

function objectOf(
  { properties = {}, required = [] }: Schema,
  ids: fc.Arbitrary<string>,
): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, part]) => [name, admitted(part, ids, name)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...required], noNullPrototype: true });
}

function arrayOf(
  { items = {}, minItems = 0, maxItems = MOST_ITEMS }: Schema,
  ids: fc.Arbitrary<string>,
  name: string,
) {
  return fc.array(admitted(items, ids, name), {
    minLength: minItems,
    maxLength: Math.max(minItems, Math.min(maxItems, MOST_ITEMS)),
  });
}

function integerOf({ minimum, exclusiveMinimum, maximum }: Schema): fc.Arbitrary<number> {
  const least = minimum ?? (exclusiveMinimum === undefined ? -2 : exclusiveMinimum + 1);
  const most = maximum ?? Number.MAX_SAFE_INTEGER;
  return fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: least, max: Math.min(most, Math.max(least, 0) + 5) }) },
    { weight: 1, arbitrary: fc.maxSafeInteger().map((value) => Math.min(most, Math.max(least, value))) },
  );
}

function textOf(schema: Schema, ids: fc.Arbitrary<string>, name: string): fc.Arbitrary<unknown> {
  if (schema.format === 'binary') return fileOf();
  if (schema.format === 'uuid') return ids;
  const known = TEXTS[name];
  const free = freeText(schema);
  return known ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, free) : free;
}

function freeText({ minLength = 0, maxLength = LONGEST, pattern }: Schema): fc.Arbitrary<string> {
  const plain = fc.string({
    unit: 'grapheme',
    minLength,
    maxLength: Math.max(minLength, Math.min(maxLength, LONGEST)),
  });
  if (pattern === undefined || pattern.includes('\\P{Cc}') || pattern.includes('(?=')) return plain;
  return fc.stringMatching(new RegExp(pattern, 'u'), { maxLength: LONGEST });
}

function fileOf(): fc.Arbitrary<File> {
  const bytes = fc.oneof(
    fc.string({ maxLength: 2_000 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 2_000 }).map((array) => Buffer.from(array)),
    fc
      .constantFrom('%PDF-1.7\n', 'PK\u0003\u0004', '{', '# A heading\n\nA paragraph.')
      .map((text) => Buffer.from(text)),
  );
  const named = fc.oneof(
    fc.constantFrom(
      'a.txt',
      'b.md',
      'c.pdf',
      'd.docx',
      'e',
      '../../f.txt',
      'g\u0000.txt',
      '\u202Etxt.exe',
      'CON',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: LONGEST }),
  );
  return fc.tuple(bytes, named).map(([content, file]) => new File([new Uint8Array(content)], file));
}
