import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { EXIT, type ExitCode, failure } from '../failure';
import type { CommandContext } from './context';

/**
 * Writes an export as it comes, to a file of its own or to standard output. A file is whole or is not there.
 * @param out a file that does not exist; `undefined` is standard output
 * @param begin asked once there is where to write to
 * @param countOf how many records there are with a piece
 * @throws Failure USAGE when the file exists or cannot be written
 */
export async function exportTo<Piece extends { readonly text: string }>(
  { output }: CommandContext,
  out: string | undefined,
  begin: () => Promise<AsyncIterable<Piece>>,
  countOf: (piece: Piece) => number,
): Promise<ExitCode> {
  let count = 0;
  if (out === undefined) {
    for await (const piece of await begin()) await output.piece(piece.text);
    return EXIT.ok;
  }
  const file = openNew(out);
  try {
    for await (const piece of await begin()) {
      writeSync(file, piece.text);
      count = countOf(piece);
      output.progress(`${count} …`);
    }
    fsyncSync(file);
  } catch (problem) {
    rmSync(out, { force: true });
    throw problem;
  } finally {
    closeSync(file);
    output.progress('');
  }
  if (output.json) output.value({ file: out, records: count });
  else output.say(`${count} records in ${out}`);
  return EXIT.ok;
}

/** Makes a file that nobody else reads. @throws Failure USAGE */
export function openNew(file: string): number {
  try {
    return openSync(file, 'wx', 0o600);
  } catch (problem) {
    const { code } = problem as NodeJS.ErrnoException;
    throw failure(
      'USAGE',
      code === 'EEXIST' ? `${file} exists already.` : `${file} cannot be written (${code}).`,
    );
  }
}
