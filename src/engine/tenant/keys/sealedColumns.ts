import type { SqlRow } from '../../ports';

/** A column under the field cipher, and how its rows are walked. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The columns of its primary key. */
  readonly key: readonly string[];
  /** What names the row in the associated data of the seal. */
  readonly row: (row: SqlRow) => string;
}

const byId = (row: SqlRow): string => String(row.id);

/** Every column whose name begins with `sealed_`; a test holds the list against the schema. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    table: 'configuration',
    column: 'sealed_instructions',
    key: ['version'],
    row: ({ version }) => String(version),
  },
  { table: 'conversations', column: 'sealed_title', key: ['id'], row: byId },
  { table: 'messages', column: 'sealed_text', key: ['conversation_id', 'at', 'id'], row: byId },
  { table: 'messages', column: 'sealed_sources', key: ['conversation_id', 'at', 'id'], row: byId },
  {
    table: 'file_keys',
    column: 'sealed_key',
    key: ['version'],
    row: ({ version }) => String(version),
  },
  { table: 'sso_providers', column: 'sealed_secret', key: ['id'], row: byId },
  {
    table: 'sso_people',
    column: 'sealed_proof',
    key: ['person_id'],
    row: ({ person_id }) => String(person_id),
  },
  { table: 'idempotency_keys', column: 'sealed_answer', key: ['id'], row: byId },
  { table: 'second_factors', column: 'sealed_secret', key: ['id'], row: byId },
];
