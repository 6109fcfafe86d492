import type {
  AuditCheckpoint,
  AuditFileFormat,
  AuditFilePiece,
  AuditKeyLink,
  AuditSignedHead,
} from '../../../contract';
import { type AuditRecord, checkpointLine, eventLine, headerLine, ocsfEvent } from '../chain';
import { type ReadRows, readCheckpoints, readRecords } from './rows';

interface ExportedChain {
  readonly read: ReadRows;
  /** SPKI in DER, base64. */
  readonly publicKey: string;
  /** How the keys before it lead to it. */
  readonly links: readonly AuditKeyLink[];
  readonly from: AuditSignedHead | null;
  /** The export ends with what it covers. */
  readonly closing: AuditCheckpoint;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
}

/** Writes a chain as a file, piece by piece, in constant memory but for its checkpoints. */
export async function* exportChain(
  format: AuditFileFormat,
  chain: ExportedChain,
  signal: AbortSignal,
): AsyncGenerator<AuditFilePiece> {
  const { read, publicKey, links, from, closing, at } = chain;
  const { origin, size } = closing;
  const begin = from?.sequence ?? 0;
  const total = size - begin;
  const checkpoints = (await readCheckpoints(read, origin, begin)).filter((each) => each.size < size);
  const linesOf = format === 'jsonl' ? withCheckpoints(checkpoints) : ocsfLines(origin);
  if (format === 'jsonl') {
    yield {
      text: headerLine({ origin, publicKey, keys: [...links], exportedAt: at, from, checkpoint: closing }),
      events: 0,
      total,
    };
  }
  let events = 0;
  for await (const records of readRecords(read, begin, size)) {
    signal.throwIfAborted();
    events += records.length;
    yield { text: records.map(linesOf).join(''), events, total };
  }
}

function withCheckpoints(checkpoints: readonly AuditCheckpoint[]): (record: AuditRecord) => string {
  const after = new Map(checkpoints.map((checkpoint) => [checkpoint.size, checkpoint]));
  return (record) => {
    const checkpoint = after.get(record.sequence);
    return checkpoint ? eventLine(record) + checkpointLine(checkpoint) : eventLine(record);
  };
}

function ocsfLines(origin: string): (record: AuditRecord) => string {
  return (record) => `${JSON.stringify(ocsfEvent(origin, record))}\n`;
}
