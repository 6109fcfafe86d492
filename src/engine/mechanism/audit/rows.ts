import type { AuditCheckpoint } from '../../../contract';
import type { SqlRow } from '../../ports';
import { type AuditRecord, leafHash, type ReadNodes, TILE } from '../chain';
import { bulkInsert, type Rows, type Store } from '../store';

/** What is read of a store; a verifier without the engine gives its own. */
export type ReadRows = Pick<Store, 'read'>['read'];

const CHECKPOINTS = bulkInsert('audit_checkpoints', ['size', 'head', 'root', 'at', 'key_id', 'signature']);
const TILES = bulkInsert('audit_tiles', ['level', 'position', 'hash']);

/** A node of the Merkle tree that is kept. */
export interface Tile {
  readonly level: number;
  readonly position: number;
  readonly hash: Buffer;
}

export function checkpointRow({ size, head, root, at, keyId, signature }: AuditCheckpoint): Rows {
  return { into: CHECKPOINTS, rows: [[size, head, root, at, keyId, signature]] };
}

export function tileRows(tiles: readonly Tile[]): Rows {
  return {
    into: TILES,
    rows: tiles.map(({ level, position, hash }) => [level, position, hash.toString('hex')]),
  };
}

/** Reads the checkpoints of a chain in their order. @param after only those of more events */
export async function readCheckpoints(read: ReadRows, origin: string, after = 0): Promise<AuditCheckpoint[]> {
  const rows = await read('SELECT * FROM audit_checkpoints WHERE size > ? ORDER BY size', [after]);
  return rows.map((row) => checkpointFrom(row, origin));
}

export async function readNewestCheckpoint(read: ReadRows, origin: string): Promise<AuditCheckpoint | null> {
  const [row] = await read('SELECT * FROM audit_checkpoints ORDER BY size DESC LIMIT 1');
  return row ? checkpointFrom(row, origin) : null;
}

function checkpointFrom(row: SqlRow, origin: string): AuditCheckpoint {
  return {
    origin,
    size: Number(row.size),
    head: String(row.head),
    root: String(row.root),
    at: Number(row.at),
    keyId: String(row.key_id),
    signature: String(row.signature),
  };
}

/** So many events are read at once. */
export const EVENTS_AT_ONCE = 2_000;

/** The events after one number and up to another, as they are kept, batch by batch. */
export async function* readRecords(
  read: ReadRows,
  after: number,
  through: number,
): AsyncGenerator<AuditRecord[]> {
  for (let from = after; from < through; ) {
    const rows = await read(
      'SELECT * FROM audit_events WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?',
      [from, through, EVENTS_AT_ONCE],
    );
    const records = rows.map(recordFrom);
    if (records.length > 0) yield records;
    const last = records.at(-1);
    if (!last || records.length < EVENTS_AT_ONCE) return;
    from = last.sequence;
  }
}

export function recordFrom(row: SqlRow): AuditRecord {
  return {
    sequence: Number(row.sequence),
    previousHash: String(row.previous_hash),
    hash: String(row.hash),
    body: {
      at: Number(row.at),
      event: String(row.event),
      actor: String(row.actor),
      target: row.target === null || row.target === undefined ? null : String(row.target),
      outcome: row.outcome as AuditRecord['body']['outcome'],
      detail: String(row.detail),
    },
  };
}

/**
 * Reads the nodes of a store's tree.
 * @param fresh tiles that are made and not written yet
 */
export function nodesOf(read: ReadRows, fresh: readonly Tile[] = []): ReadNodes {
  const made = new Map(fresh.map(({ level, position, hash }) => [`${level}:${position}`, hash]));
  return async (level, position, count) => {
    const rows =
      level === 0
        ? await read(
            'SELECT sequence - 1 AS position, hash FROM audit_events WHERE sequence > ? AND sequence <= ?',
            [position, position + count],
          )
        : await read(
            'SELECT position, hash FROM audit_tiles WHERE level = ? AND position >= ? AND position < ?',
            [level, position, position + count],
          );
    const kept = new Map(rows.map((row) => [Number(row.position), String(row.hash)]));
    return Array.from({ length: count }, (_, index) => {
      const at = position + index;
      const hash = kept.get(at);
      const node = hash === undefined ? made.get(`${level}:${at}`) : nodeOf(level, hash);
      if (!node) throw new RangeError('a node of the audit tree is not there');
      return node;
    });
  };
}

function nodeOf(level: number, hash: string): Buffer {
  return level === 0 ? leafHash(hash) : Buffer.from(hash, 'hex');
}

/** How many tiles of a level are full with so many events. */
export function fullTiles(events: number, level: number): number {
  return Math.floor(events / TILE ** level);
}
