import { type Statement, StoreError } from '../../engine/ports';
import type { Connection } from './connection';
import { codeOf, storeError } from './problems';
import { BATCH, buildScript, CLEAR, GUARD_MESSAGE, PROGRESS, STAGE } from './script';

/** A connection on which a failed transaction could not be undone; it must be closed. */
export class UnusableConnection extends Error {
  override readonly name = 'UnusableConnection';
  readonly problem: StoreError;

  constructor(problem: StoreError, cause: unknown) {
    super('the transaction could not be rolled back', { cause });
    this.problem = problem;
  }
}

/**
 * Runs the statements in one transaction on a connection that has SCRIPT_TABLES and nothing else to do.
 * @throws StoreError when it was rolled back, UnusableConnection when that failed too
 */
export async function runTransaction(
  connection: Connection,
  file: string,
  statements: readonly Statement[],
): Promise<void> {
  let script: ReturnType<typeof buildScript>;
  try {
    script = buildScript(statements);
  } catch (cause) {
    throw new StoreError('other', { cause });
  }
  // All trips are handed over at once; the driver keeps their order and the script checks that all came.
  const trips: Promise<void>[] = [];
  for (let from = 0; from < script.staged.length; from += BATCH) {
    trips.push(connection.run(STAGE, script.staged.slice(from, from + BATCH)));
  }
  trips.push(connection.exec(script.sql));
  const failed = (await Promise.allSettled(trips)).find((trip) => trip.status === 'rejected');
  if (failed) throw await undo(connection, file, statements.length, failed.reason);
}

async function undo(connection: Connection, file: string, count: number, error: unknown): Promise<Error> {
  let problem = await storeError(file, error);
  try {
    const [row] = await connection.all(PROGRESS, []);
    const done = Number(row?.done);
    const statement = done >= 0 && done < count ? done : undefined;
    problem = isGuard(error)
      ? new StoreError('guard', { statement })
      : new StoreError(problem.problem, { statement, cause: error });
    await rollBack(connection);
    await connection.exec(CLEAR);
    return problem;
  } catch (cause) {
    return new UnusableConnection(problem, cause);
  }
}

function isGuard(error: unknown): boolean {
  return (
    codeOf(error) === 'SQLITE_CONSTRAINT' && error instanceof Error && error.message.includes(GUARD_MESSAGE)
  );
}

async function rollBack(connection: Connection): Promise<void> {
  try {
    await connection.exec('ROLLBACK');
  } catch (error) {
    // After a full disk or an I/O error SQLite has rolled back by itself, or the script never began.
    if (error instanceof Error && error.message.includes('no transaction is active')) return;
    throw error;
  }
}
