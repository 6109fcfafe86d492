import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreError, type StoreProblem } from '../../engine/ports';

/** Below this a volume counts as full when SQLite reports an I/O error without its reason. */
const NO_ROOM = 1024 * 1024;

const PROBLEMS: Readonly<Record<string, StoreProblem>> = {
  SQLITE_NOTADB: 'damaged',
  SQLITE_CORRUPT: 'damaged',
  SQLITE_FULL: 'full',
  SQLITE_READONLY: 'read-only',
  SQLITE_CONSTRAINT: 'constraint',
};

/** The name of SQLite's result code that an error of the driver carries. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

async function isReadOnlyVolume(file: string): Promise<boolean> {
  try {
    await access(dirname(file), constants.W_OK);
    return false;
  } catch (error) {
    return ['EROFS', 'EACCES', 'EPERM'].includes(codeOf(error));
  }
}

async function isFullVolume(file: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(dirname(file));
  return bavail * bsize < NO_ROOM;
}

/** Says in the words of the port what an error of the driver means. */
export async function storeError(file: string, error: unknown, statement?: number): Promise<StoreError> {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  let problem = PROBLEMS[code] ?? 'other';
  if (code === 'SQLITE_IOERR' || code === 'SQLITE_CANTOPEN') {
    if (await isReadOnlyVolume(file)) problem = 'read-only';
    else if (await isFullVolume(file)) problem = 'full';
  }
  return new StoreError(problem, { statement, cause: error });
}
