import type { AuditSegment, AuditSignedHead } from '../../../contract';
import type { SqlRow } from '../../ports';
import type { AuditDraft } from '../chain';
import { bulkInsert, type Write } from '../store';
import type { ReadRows } from './rows';

const HEADS = bulkInsert('audit_heads', [
  'sequence',
  'hash',
  'at',
  'edge',
  'key_id',
  'signature',
  'file',
  'size_bytes',
]);

/** Where a pruned segment was kept before its events go. */
export interface KeptSegment {
  readonly file: string;
  readonly sizeBytes: number;
}

/** Takes a segment as the text of an exported chain; when it resolves, the segment is on the disk. */
export type KeepSegment = (text: string) => Promise<KeptSegment>;

/** What the newest pruned segment left. `null`: the chain is there from its beginning, or is never pruned. */
export async function readSignedHead(read: ReadRows, origin: string): Promise<AuditSignedHead | null> {
  const [table] = await read("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'audit_heads'");
  if (!table) return null;
  const [row] = await read('SELECT * FROM audit_heads ORDER BY sequence DESC LIMIT 1');
  return row ? headFrom(row, origin) : null;
}

function headFrom(row: SqlRow, origin: string): AuditSignedHead {
  return {
    origin,
    sequence: Number(row.sequence),
    hash: String(row.hash),
    at: Number(row.at),
    edge: String(row.edge).split(','),
    keyId: String(row.key_id),
    signature: String(row.signature),
  };
}

/** The segments that were pruned, newest first. */
export async function readSegments(read: ReadRows): Promise<(AuditSegment & { file: string })[]> {
  const rows = await read(
    `SELECT sequence, at, file, size_bytes, lag(sequence, 1, 0) OVER (ORDER BY sequence) AS before
     FROM audit_heads ORDER BY sequence DESC`,
  );
  return rows.map((row) => ({
    from: Number(row.before) + 1,
    through: Number(row.sequence),
    prunedAt: Number(row.at),
    sizeBytes: Number(row.size_bytes),
    file: String(row.file),
  }));
}

/** Writes the head and removes the events that it stands for, with an event that says so, or none of it. */
export function pruneWrite(
  head: AuditSignedHead,
  kept: KeptSegment,
  removed: { from: number; events: number },
  draft: AuditDraft,
): Write {
  const { sequence, hash, at, edge, keyId, signature } = head;
  return {
    rows: [
      {
        into: HEADS,
        rows: [[sequence, hash, at, edge.join(','), keyId, signature, kept.file, kept.sizeBytes]],
      },
    ],
    statements: [
      { sql: 'DELETE FROM audit_events WHERE sequence <= ?', params: [sequence], expect: removed.events },
    ],
    events: [
      {
        ...draft,
        event: 'audit.pruned',
        detail: { from: removed.from, through: sequence, head: hash, segment: kept.file },
      },
    ],
  };
}
