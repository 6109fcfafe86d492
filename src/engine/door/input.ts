import type { AnySchema } from '@orpc/contract';
import { ConsoleError } from '../../contract';

/**
 * Names that reach into prototypes, and those by which an object says what it is when it is compared or printed: with a
 * `toString` of its own it can make the schemas themselves fail.
 */
const FORBIDDEN_KEYS = new Set(['prototype', ...Object.getOwnPropertyNames(Object.prototype)]);
const DEEPEST = 32;
const FIELDS_SHOWN = 20;

function isPlain(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && !(value instanceof Blob) && !ArrayBuffer.isView(value)
  );
}

/** A database would not give back a text as it was sent if it held NUL or half of a surrogate pair. */
function isKept(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** Refuses names that every object has, nesting that no schema of ours has, and what is no text. */
function refuseTricks(value: unknown, depth = 0): void {
  if (typeof value === 'string' && !isKept(value)) {
    throw new ConsoleError('BAD_INPUT', { reason: 'The input has a character that is not text.' });
  }
  if (!isPlain(value)) return;
  if (depth > DEEPEST) throw new ConsoleError('BAD_INPUT', { reason: 'The input is nested too deeply.' });
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key !== 'string' || FORBIDDEN_KEYS.has(key)) {
      throw new ConsoleError('BAD_INPUT', { reason: 'The input has a name that is not allowed.' });
    }
    refuseTricks(Reflect.get(value, key), depth + 1);
  }
}

function pathOf(issue: { path?: readonly unknown[] | undefined }): string {
  return (issue.path ?? [])
    .map((part) => String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part))
    .join('.');
}

/**
 * Checks an input against its schema.
 * @returns what the schema makes of it (defaults filled in, unknown names dropped)
 * @throws ConsoleError BAD_INPUT naming the fields; a value never stands in it
 */
export async function parseInput(schema: AnySchema, input: unknown): Promise<unknown> {
  refuseTricks(input);
  const result = await schema['~standard'].validate(input ?? {});
  if (!result.issues) return result.value;
  throw new ConsoleError('BAD_INPUT', {
    fields: result.issues
      .slice(0, FIELDS_SHOWN)
      .map((issue) => ({ path: pathOf(issue), problem: issue.message })),
  });
}
