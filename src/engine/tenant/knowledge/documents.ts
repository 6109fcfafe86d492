import type { DocumentKind, KnowledgeDocument } from '../../../contract';
import { bulkInsert, type Rows } from '../../mechanism/store';
import type { SqlRow } from '../../ports';
import type { RuntimeContext } from '../context';

const INSERT = bulkInsert('documents', [
  'id',
  'name',
  'kind',
  'size_bytes',
  'sha256',
  'file',
  'pages',
  'state',
  'problem',
  'added_at',
  'added_by',
]);

const SELECT = `SELECT documents.*, ifnull(users.name, 'Operator') AS added_by_name,
  (SELECT count(*) FROM passages WHERE document_id = documents.id) AS passages,
  (SELECT count(vector) FROM passages WHERE document_id = documents.id) AS embedded
  FROM documents LEFT JOIN users ON users.id = documents.added_by`;

/** A document as it is first recorded, before it is read. */
export interface NewDocument {
  readonly id: string;
  readonly name: string;
  readonly kind: DocumentKind;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** The name of its sealed file. */
  readonly file: string;
  readonly addedBy: string;
}

export function documentRow(document: NewDocument, now: number): Rows {
  const { id, name, kind, sizeBytes, sha256, file, addedBy } = document;
  return {
    into: INSERT,
    rows: [[id, name, kind, sizeBytes, sha256, file, null, 'reading', null, now, addedBy]],
  };
}

export function documentFrom(row: SqlRow): KnowledgeDocument {
  return {
    id: String(row.id),
    name: String(row.name),
    kind: row.kind as DocumentKind,
    sizeBytes: Number(row.size_bytes),
    sha256: String(row.sha256),
    pages: row.pages === null ? null : Number(row.pages),
    passages: Number(row.passages),
    embeddedPassages: Number(row.embedded),
    state: row.state as KnowledgeDocument['state'],
    problem: row.problem === null ? null : String(row.problem),
    addedAt: Number(row.added_at),
    addedBy: String(row.added_by_name),
  };
}

/** Documents, newest first, beginning after the one that the cursor names. */
export async function readDocuments(
  { store }: RuntimeContext,
  limit: number,
  cursor?: string,
): Promise<KnowledgeDocument[]> {
  const rows = await store.read(
    `${SELECT} WHERE (? IS NULL OR documents.id < ?) ORDER BY documents.id DESC LIMIT ?`,
    [cursor ?? null, cursor ?? null, limit],
  );
  return rows.map(documentFrom);
}

export async function readDocument({ store }: RuntimeContext, id: string): Promise<KnowledgeDocument | null> {
  const [row] = await store.read(`${SELECT} WHERE documents.id = ?`, [id]);
  return row ? documentFrom(row) : null;
}
