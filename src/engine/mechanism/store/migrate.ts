import { type Database, StoreError } from '../../ports';

/** One step of a schema. Statements are given one by one; a trigger with its body is one statement. */
export interface Migration {
  /** Counted from 1 without gaps. */
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

async function pragma(database: Database, name: 'user_version' | 'application_id'): Promise<number> {
  const [row] = await database.read(`PRAGMA ${name}`);
  return Number(row?.[name] ?? 0);
}

/**
 * Brings a database to the newest version, all pending steps in one transaction with the version they lead to.
 * @param applicationId a number that says which kind of database this is (SQLite's `application_id`)
 * @returns the version it has now
 * @throws StoreError `from-future` when a newer console wrote it, `damaged` when it is a database of another
 *   kind; nothing was changed then
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
  applicationId: number,
): Promise<number> {
  migrations.forEach(({ version, name }, index) => {
    if (version !== index + 1) throw new RangeError(`the migration “${name}” is out of its order`);
  });
  if (!Number.isInteger(applicationId) || applicationId < 1 || applicationId > 0x7fff_ffff) {
    throw new RangeError('the application id is not a positive 32-bit integer');
  }
  const present = await pragma(database, 'user_version');
  const owner = await pragma(database, 'application_id');
  const isNew = present === 0 && owner === 0;
  if (owner !== applicationId && !isNew) {
    throw new StoreError('damaged', { cause: new Error('the file is a database of another kind') });
  }
  if (present > migrations.length) throw new StoreError('from-future');
  if (isNew) await requireEmpty(database);
  const pending = migrations.slice(present);
  if (pending.length === 0) return present;
  const statements = pending.flatMap((migration) => migration.statements);
  const pragmas = [`PRAGMA application_id = ${applicationId}`, `PRAGMA user_version = ${migrations.length}`];
  await database.commit([...statements, ...pragmas].map((sql) => ({ sql, params: [] })));
  return migrations.length;
}

async function requireEmpty(database: Database): Promise<void> {
  const [row] = await database.read('SELECT count(*) AS tables FROM sqlite_master');
  if (Number(row?.tables) === 0) return;
  throw new StoreError('damaged', { cause: new Error('a database without a version holds tables') });
}
