import { ConsoleError } from '../contract';

const DEEPEST = 64;
function refused(reason: string, cause?: unknown): ConsoleError {
  return new ConsoleError('BAD_INPUT', { reason }, cause);
}

/**
 * Parses JSON (RFC 8259), and refuses what two readers may understand differently: a name that stands twice in one object.
 * @throws ConsoleError BAD_INPUT; nothing of the text stands in it
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refused('The body is not JSON.', cause);
  }
  if (typeof value === 'object' && value !== null) refuseTwice(text);
  return value;
}

/** @param text well-formed JSON */
function refuseTwice(text: string): void {
  /** The names of each object that is open, and `null` for a list. */
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') {
      const end = endOfString(text, at);
      last = text.slice(at, end + 1);
      at = end;
    } else if (sign === '{' || sign === '[') {
      if (open.length >= DEEPEST) throw refused('The body is nested too deeply.');
      open.push(sign === '{' ? new Set() : null);
    } else if (sign === '}' || sign === ']') open.pop();
    else if (sign === ':') requireNew(open.at(-1) ?? null, last);
  }
}

/** Where the string that begins here ends. A quotation mark after an odd number of backslashes is part of it. */
function endOfString(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); ; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end;
  }
}

function requireNew(names: Set<string> | null, token: string): void {
  const name: string = token.includes('\\') ? JSON.parse(token) : token.slice(1, -1);
  if (!names || names.has(name)) throw refused('A name stands twice in one object of the body.');
  names.add(name);
}
