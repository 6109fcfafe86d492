import { StoreError, type StoreProblem } from '../../engine/ports';

const PROBLEMS: readonly (readonly [prefix: string, problem: StoreProblem])[] = [
  ['SQLITE_NOTADB', 'damaged'],
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_IOERR_SHMSIZE', 'full'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_CONSTRAINT', 'constraint'],
  ['ENOSPC', 'full'],
  ['EROFS', 'read-only'],
];

/** The result code of SQLite or of the system that an error carries. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Says in the words of the port what an error of the library means. */
export function storeError(error: unknown, statement?: number): StoreError {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  const problem = PROBLEMS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'other';
  return new StoreError(problem, { statement, cause: error });
}
