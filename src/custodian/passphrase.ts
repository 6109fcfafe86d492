import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The name under which a service manager hands the passphrase over (systemd.exec(5), LoadCredential). */
export const CREDENTIAL = 'riscura-passphrase';

/** Where a passphrase may come from. Never an argument or a variable: everybody on the machine, or every child, reads those. */
export interface PassphraseSources {
  readonly file?: string | undefined;
  /** The number of an open file of this process. */
  readonly descriptor?: number | undefined;
  /** The folder of a service's credentials, `$CREDENTIALS_DIRECTORY`. */
  readonly credentials?: string | undefined;
  /** Asks a person. @returns `null` when nobody is there to ask */
  ask(question: string): Promise<string | null>;
}

/** A passphrase that could not be had, in words for whoever starts the program. */
export class PassphraseRefused extends Error {
  override readonly name = 'PassphraseRefused';
}

const LARGEST = 4_096;

/**
 * The passphrase of a sealed file: of the file or descriptor that was named, of the service's credentials, or of the person.
 * @param question what a person is asked
 * @param isNew whether it is a first one, which a person types twice
 * @throws PassphraseRefused
 */
export async function readPassphrase(
  sources: PassphraseSources,
  question: string,
  isNew: boolean,
): Promise<Uint8Array> {
  const { file, descriptor, credentials } = sources;
  if (file !== undefined) return ofFile(file);
  if (descriptor !== undefined) return firstLine(readAll(descriptor), `descriptor ${descriptor}`);
  const credential = credentials === undefined ? null : ofCredential(join(credentials, CREDENTIAL));
  if (credential) return credential;
  const typed = await sources.ask(question);
  if (typed === null) {
    throw new PassphraseRefused(
      `There is no terminal to ask for the passphrase at. Name a file, or give the credential ${CREDENTIAL}.`,
    );
  }
  if (isNew && (await sources.ask('The same again: ')) !== typed) {
    throw new PassphraseRefused('The two passphrases are not the same.');
  }
  return firstLine(Buffer.from(typed, 'utf8'), 'what was typed');
}

/** A file that others can read holds no secret. */
function ofFile(path: string): Uint8Array {
  const descriptor = opened(path);
  try {
    const found = fstatSync(descriptor);
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
      throw new PassphraseRefused(`${path} can be read by others: chmod 600 it.`);
    }
    return firstLine(readAll(descriptor), path);
  } finally {
    closeSync(descriptor);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (problem) {
    const { code } = problem as NodeJS.ErrnoException;
    throw new PassphraseRefused(`${path} cannot be read (${code}).`);
  }
}

/** The service manager guards that folder, and shows it to nobody else. */
function ofCredential(path: string): Uint8Array | null {
  try {
    return firstLine(readFileSync(path), path);
  } catch (problem) {
    if (problem instanceof PassphraseRefused) throw problem;
    const { code } = problem as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new PassphraseRefused(`${path} cannot be read (${code}).`);
  }
}

function readAll(descriptor: number): Buffer {
  try {
    return readFileSync(descriptor);
  } catch (problem) {
    const { code } = problem as NodeJS.ErrnoException;
    throw new PassphraseRefused(`Descriptor ${descriptor} cannot be read (${code}).`);
  }
}

function firstLine(bytes: Buffer, where: string): Uint8Array {
  const end = bytes.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  const line = bytes.subarray(0, end === -1 ? bytes.length : end);
  if (line.length === 0 || line.length > LARGEST) {
    throw new PassphraseRefused(`The first line of ${where} is no passphrase.`);
  }
  const own = Uint8Array.from(line);
  bytes.fill(0);
  return own;
}
