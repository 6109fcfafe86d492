import { ConsoleError, type FieldKeys } from '../../../contract';
import type { Call } from '../../door';
import { type SqlRow, type SqlValue, type Statement, StoreError } from '../../ports';
import type { RuntimeContext } from '../context';
import { SEALED_COLUMNS, type SealedColumn } from './sealedColumns';

/** Rows that are sealed anew in one transaction. */
const BATCH = 100;

interface Work {
  readonly version: number;
  readonly columnNumber: number;
  readonly cursor: readonly SqlValue[] | null;
  /** Texts that were sealed anew so far. */
  readonly sealed: number;
}

/** The field keys of a tenant: a new version, and the work of sealing everything under it. */
export interface FieldKeyRotation {
  read(): Promise<FieldKeys>;
  /** @throws ConsoleError CONFLICT while the last one is not at its end, or while the database key is rotated */
  rotate(call: Call): Promise<FieldKeys>;
  /** Goes on with work that is there. */
  resume(): void;
  /** Resolves when no work goes on; work that was stopped by the closing of the runtime is resumed with the next. */
  idle(): Promise<void>;
}

export function createFieldKeys(context: RuntimeContext): FieldKeyRotation {
  const { store, cipher, clock, closing, log } = context;
  let running: Promise<void> | null = null;

  async function workNow(): Promise<Work | null> {
    const [row] = await store.read('SELECT version, column_number, cursor, sealed FROM field_key_work');
    if (!row) return null;
    return {
      version: Number(row.version),
      columnNumber: Number(row.column_number),
      cursor: row.cursor === null ? null : (JSON.parse(String(row.cursor)) as SqlValue[]),
      sealed: Number(row.sealed),
    };
  }

  async function read(): Promise<FieldKeys> {
    const rows = await store.read('SELECT version, created_at FROM field_keys ORDER BY version');
    const work = await workNow();
    return {
      versions: rows.map((row) => ({ version: Number(row.version), createdAt: Number(row.created_at) })),
      work: work && { column: work.columnNumber + 1, columns: SEALED_COLUMNS.length, sealed: work.sealed },
    };
  }

  async function walk(): Promise<void> {
    for (let work = await workNow(); work && !closing.aborted; work = await workNow()) {
      const column = SEALED_COLUMNS[work.columnNumber];
      if (!column) {
        await finish(work);
        return;
      }
      await sealBatch(column, work);
    }
  }

  async function sealBatch(column: SealedColumn, work: Work): Promise<void> {
    const { table, column: name, key } = column;
    const keys = key.join(', ');
    const after = work.cursor === null ? '' : `WHERE (${keys}) > (${key.map(() => '?').join(', ')})`;
    const rows = await store.read(
      `SELECT ${keys}, ${name} AS sealed FROM ${table} ${after} ORDER BY ${keys} LIMIT ?`,
      [...(work.cursor ?? []), BATCH],
    );
    const statements = rows.flatMap((row) => sealAnew(column, row, work.version));
    const last = rows.at(-1);
    const isOver = rows.length < BATCH;
    const cursor = isOver || !last ? null : JSON.stringify(key.map((part) => last[part] ?? null));
    const advance: Statement = {
      sql: 'UPDATE field_key_work SET column_number = ?, cursor = ?, sealed = ? WHERE version = ?',
      params: [work.columnNumber + (isOver ? 1 : 0), cursor, work.sealed + statements.length, work.version],
      expect: 1,
    };
    await store.write({ statements: [...statements, advance], events: [], housekeeping: true });
  }

  /** One that somebody changed meanwhile is under the new key by that, and is left alone. */
  function sealAnew(
    { table, column, key, row: rowOf }: SealedColumn,
    row: SqlRow,
    version: number,
  ): Statement[] {
    if (row.sealed === null || String(row.sealed).startsWith(`v1.${version}.`)) return [];
    const place = { table, column, row: rowOf(row) };
    const sealed = cipher.seal(place, cipher.open(place, String(row.sealed)));
    const where = key.map((part) => `${part} = ?`).join(' AND ');
    return [
      {
        sql: `UPDATE ${table} SET ${column} = ? WHERE ${where} AND ${column} = ?`,
        params: [sealed, ...key.map((part) => row[part] ?? null), String(row.sealed)],
      },
    ];
  }

  async function finish({ version, sealed }: Work): Promise<void> {
    await store.write({
      statements: [{ sql: 'DELETE FROM field_key_work WHERE version = ?', params: [version], expect: 1 }],
      events: [
        {
          at: clock.now(),
          event: 'field-key.rotated',
          actor: 'system:field-keys',
          target: String(version),
          outcome: 'done',
          detail: { sealed },
        },
      ],
    });
  }

  function resume(): void {
    running ??= walk()
      .catch((problem: unknown) => {
        // It stands where its last batch left it and goes on with the next opening.
        if (!closing.aborted) log.error('texts could not be sealed under the newer field key', problem);
      })
      .finally(() => {
        running = null;
      });
  }

  return {
    read,
    async rotate(call) {
      const draft = cipher.draftVersion();
      try {
        await store.write({
          statements: [
            {
              sql: `INSERT INTO field_keys (version, wrapped, created_at) SELECT ?, ?, ?
                    WHERE NOT EXISTS (SELECT 1 FROM field_keys WHERE wrapped_next IS NOT NULL)`,
              params: [draft.version, draft.wrapped, clock.now()],
              expect: 1,
            },
            {
              sql: 'INSERT INTO field_key_work (id, version, column_number, cursor, sealed) VALUES (1, ?, 0, NULL, 0)',
              params: [draft.version],
            },
          ],
          events: [call.event({ target: String(draft.version), outcome: 'intent' })],
        });
      } catch (problem) {
        if (!(problem instanceof StoreError)) throw problem;
        throw new ConsoleError(
          'CONFLICT',
          { reason: 'Keys of this tenant are being rotated already.' },
          problem,
        );
      }
      cipher.adoptVersion(draft);
      resume();
      return read();
    },
    resume,
    idle: async () => {
      await running;
    },
  };
}
