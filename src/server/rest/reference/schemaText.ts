/** A JSON Schema as far as the reference reads it. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly contentEncoding?: string;
}

const INDENT = '  ';
/** JavaScript's safe integers: as good as no bound. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER;
const UUID = '01900000-0000-7000-8000-000000000000';

function range(least: number | undefined, most: number | undefined, unit: string): string[] {
  const low = least !== undefined && least > -UNBOUNDED ? String(least) : '';
  const high = most !== undefined && most < UNBOUNDED ? String(most) : '';
  if (low === '' && high === '') return [];
  return [`${low}…${high}${unit}`];
}

/** What else holds of a value, in few words. */
function conditions(node: SchemaNode): string {
  const { format, minimum, maximum, minLength, maxLength, minItems, maxItems, contentEncoding } = node;
  const known = [
    ...(contentEncoding ? ['a file'] : []),
    ...(format ? [format] : []),
    ...range(minimum, maximum, ''),
    ...range(minLength, maxLength, ' characters'),
    ...range(minItems, maxItems, ' items'),
    ...(node.default !== undefined ? [`otherwise ${JSON.stringify(node.default)}`] : []),
    ...(node.description ? [node.description] : []),
  ];
  return known.length === 0 ? '' : `  // ${known.join(', ')}`;
}

/** The type of a value, without what else holds of it. */
function typeText(node: SchemaNode, depth: number): string {
  const choices = node.anyOf ?? node.oneOf;
  if (choices) return [...new Set(choices.map((choice) => typeText(choice, depth)))].join(' | ');
  if (node.enum) return node.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.type === 'array') return `[ ${typeText(node.items ?? {}, depth)} ]`;
  if (node.properties) return objectText(node, depth);
  if (typeof node.additionalProperties === 'object')
    return `{ [name]: ${typeText(node.additionalProperties, depth)} }`;
  const { type = 'any' } = node;
  return typeof type === 'string' ? type : type.join(' | ');
}

function objectText({ properties = {}, required = [] }: SchemaNode, depth: number): string {
  const entries = Object.entries(properties);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([name, member]) => {
    const mark = required.includes(name) ? '' : '?';
    return `${INDENT.repeat(depth + 1)}${name}${mark}: ${typeText(member, depth + 1)}${conditions(member)}`;
  });
  return ['{', ...lines, `${INDENT.repeat(depth)}}`].join('\n');
}

/** A schema as a text that a programmer reads at a glance. `?` marks what may be left out. */
export function schemaText(node: SchemaNode): string {
  return typeText(node, 0);
}

function exampleText(node: SchemaNode): string {
  if (node.format === 'uuid') return UUID;
  if (node.format === 'email') return 'ada@acme.example';
  return 'x'.repeat(Math.max(1, Math.min(node.minLength ?? 1, 40)));
}

/** A value that a schema takes in most cases: what must be there, and nothing else. */
export function exampleOf(node: SchemaNode): unknown {
  if (node.default !== undefined) return node.default;
  if (node.const !== undefined) return node.const;
  if (node.enum) return node.enum[0];
  const choice = (node.anyOf ?? node.oneOf)?.[0];
  if (choice) return exampleOf(choice);
  if (node.properties) {
    const { properties, required = [] } = node;
    return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name] ?? {})]));
  }
  if (node.type === 'array') return (node.minItems ?? 0) > 0 ? [exampleOf(node.items ?? {})] : [];
  if (node.type === 'boolean') return true;
  if (node.type === 'integer' || node.type === 'number') return Math.max(node.minimum ?? 1, 1);
  return node.type === 'string' ? exampleText(node) : {};
}
