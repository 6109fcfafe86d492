import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Something that must not be found, with a name that may be printed. */
export interface Secret {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A text in lower case is looked for in any case; a key is bytes. */
export function wordSecret(name: string, text: string): Secret {
  return { name, bytes: Buffer.from(text, 'utf8') };
}

/** Where a secret was found: its name, in which form, and in which file. */
export function findSecrets(folders: readonly string[], secrets: readonly Secret[]): string[] {
  const wanted = secrets.flatMap(({ name, bytes }) =>
    formsOf(bytes).map(([form, pattern]) => ({ what: `${name}, ${form}`, pattern })),
  );
  return folders.flatMap(filesBelow).flatMap((file) => {
    const content = lowered(readIfThere(file));
    return wanted.filter(({ pattern }) => content.includes(pattern)).map(({ what }) => `${what}: ${file}`);
  });
}

/** Whether a text, such as a log, holds a secret. */
export function findInText(text: string, secrets: readonly Secret[]): string[] {
  const content = lowered(Buffer.from(text, 'utf8'));
  return secrets.flatMap(({ name, bytes }) =>
    formsOf(bytes)
      .filter(([, pattern]) => content.includes(pattern))
      .map(([form]) => `${name}, ${form}`),
  );
}

/** As it is, in UTF-16, in hexadecimal, and in base64 at each of the three offsets, all of it in lower case. */
function formsOf(bytes: Buffer): [string, Buffer][] {
  const base64 = [0, 1, 2].map((offset): [string, Buffer] => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The letters at both ends depend on what stands beside.
    return [`base64 at ${offset}`, Buffer.from(whole.slice(offset === 0 ? 0 : offset + 1, -1))];
  });
  const wide = Buffer.from(bytes.toString('utf8'), 'utf16le');
  return [
    ['plain', bytes] as [string, Buffer],
    ['UTF-16', wide] as [string, Buffer],
    ['hexadecimal', Buffer.from(bytes.toString('hex'))] as [string, Buffer],
    ...base64,
  ].map(([form, pattern]) => [form, lowered(pattern)]);
}

const CASE_BIT = 0x20;
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;

/** ASCII letters in lower case, every other byte as it is. */
function lowered(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let index = 0; index < copy.length; index += 1) {
    const byte = copy[index] ?? 0;
    if (byte >= UPPER_A && byte <= UPPER_Z) copy[index] = byte | CASE_BIT;
  }
  return copy;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** A file of a cache may go while we look. */
function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
