import type { SqlValue, Statement } from '../../engine/ports';

/**
 * A transaction as one script, so that it costs the driver two trips however many statements it has: the first
 * puts the parameters into a temporary table, the second runs everything from BEGIN to COMMIT. While JavaScript is
 * busy each trip waits for its turn, and a hundred statements one by one wait a hundred times.
 *
 * No text ever becomes part of the script: only whole numbers and NULL are written into it, everything else is
 * bound as a parameter of the first trip and fetched by its number.
 */
export interface Script {
  readonly sql: string;
  readonly staged: readonly SqlValue[];
}

/** What a connection that writes needs before its first script. */
export const SCRIPT_TABLES = `
  CREATE TEMP TABLE parameter (value);
  CREATE TEMP TABLE progress (statement INTEGER, changed INTEGER, expected INTEGER);
  CREATE TEMP TRIGGER progress_guard BEFORE INSERT ON progress
    WHEN NEW.expected IS NOT NULL AND NEW.expected <> NEW.changed
    BEGIN SELECT RAISE(ABORT, 'riscura-guard'); END;`;

/** The text with which a guard that does not hold ends the script. */
export const GUARD_MESSAGE = 'riscura-guard';

/** How many statements of a failed script had run; asked before it is rolled back. */
export const PROGRESS = 'SELECT count(*) - 1 AS done FROM temp.progress';

/** Removes what a script leaves in the temporary tables. */
export const CLEAR = 'DELETE FROM temp.parameter; DELETE FROM temp.progress;';

/** Parameters come in batches of so many, the last one filled up with NULL, so that one statement stages all. */
export const BATCH = 32;

/** Stages one batch. */
export const STAGE = `INSERT INTO temp.parameter (value) VALUES ${'(?), '.repeat(BATCH - 1)}(?)`;

const REMEMBERED = 2_000;
/** Whatever may hold a question mark that is no parameter, then the parameter, then forms that are refused. */
const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|\?\d*|[:@$][A-Za-z_]\w*/g;
const known = new Map<string, readonly string[]>();

/**
 * The text between the parameters of a statement. A statement with n parameters has n + 1 pieces.
 * @throws RangeError for numbered and named parameters, and for text that would end the statement early
 */
export function pieces(sql: string): readonly string[] {
  const kept = known.get(sql);
  if (kept) return kept;
  if (sql.includes('\0')) throw new RangeError('a statement holds a NUL');
  const found: string[] = [];
  let from = 0;
  for (const match of sql.matchAll(TOKEN)) {
    const [token] = match;
    if (/^\?\d|^[:@$]/.test(token)) throw new RangeError('only plain ? parameters are used');
    if (token !== '?') continue;
    found.push(sql.slice(from, match.index));
    from = match.index + 1;
  }
  found.push(sql.slice(from));
  if (known.size >= REMEMBERED) known.clear();
  known.set(sql, found);
  return found;
}

/** @throws RangeError when a statement has another number of parameters than values */
export function buildScript(statements: readonly Statement[]): Script {
  const staged: SqlValue[] = [];

  function term(value: SqlValue): string {
    if (value === null) return 'NULL';
    if (typeof value === 'number' && Number.isSafeInteger(value)) return `(${value})`;
    staged.push(value);
    return `(SELECT value FROM temp.parameter WHERE rowid = ${staged.length})`;
  }

  const body = statements.map(({ sql, params, expect }, index) => {
    const parts = pieces(sql);
    if (parts.length !== params.length + 1) throw new RangeError('parameters and values differ in number');
    const text = parts.map((part, at) => (at === 0 ? part : term(params[at - 1] ?? null) + part)).join('');
    // SQLite keeps the text of a CREATE up to its end: a line feed is added only where a comment may need it.
    return `${text}${text.includes('--') ? '\n' : ''};INSERT INTO temp.progress VALUES (${index}, changes(), ${expect ?? 'NULL'});`;
  });
  while (staged.length % BATCH !== 0) staged.push(null);
  // The first line proves that all parameters have arrived: the trips are made without waiting in between.
  const sql = [
    'BEGIN IMMEDIATE;',
    `INSERT INTO temp.progress SELECT -1, count(*), ${staged.length} FROM temp.parameter;`,
    ...body,
    CLEAR,
    'COMMIT;',
  ].join('\n');
  return { sql, staged };
}
