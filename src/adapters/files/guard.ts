import { lstat, realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { codeOf } from './problems';

/** A path that would leave the data folder. Names no path. */
export class PathRefused extends Error {
  override readonly name = 'PathRefused';

  constructor() {
    super('a path that leaves the data folder was refused');
  }
}

const LONGEST = 1_024;

/** The segments of a path relative to the data folder. @throws PathRefused */
export function segmentsOf(path: string): string[] {
  const segments = path === '' ? [] : path.split('/');
  // A colon names a stream or a drive on Windows, a backslash is a separator there.
  const isStrange = (segment: string) =>
    segment === '' || segment === '.' || segment === '..' || /[\0\\:]/.test(segment);
  if (path.length > LONGEST || isAbsolute(path) || segments.some(isStrange)) throw new PathRefused();
  return segments;
}

/**
 * The absolute path, when nothing on the way to it is a symbolic link.
 * @param root the data folder
 * @throws PathRefused
 */
export async function withinRoot(root: string, path: string): Promise<string> {
  let at = await realpath(root);
  const segments = segmentsOf(path);
  const target = join(at, ...segments);
  for (const segment of segments) {
    at = join(at, segment);
    try {
      if ((await lstat(at)).isSymbolicLink()) throw new PathRefused();
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') break;
      throw error;
    }
  }
  return target;
}
