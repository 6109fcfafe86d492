import type { AuditCheckpoint, AuditSignedHead } from '../../../contract';
import { type AuditVerdict, AuditVerifier } from '../chain';
import { type ReadRows, readCheckpoints, readRecords } from './rows';

/** A chain as it lies in a database. */
export interface LiveChain {
  readonly read: ReadRows;
  readonly origin: string;
  /** SPKI in DER, base64: the key that signs, and those before it. */
  readonly publicKeys: readonly string[];
  /** What pruned events left. */
  readonly from: AuditSignedHead | null;
  /** The number of the last event that is to be verified. */
  readonly through: number;
  /** The checkpoint that is kept outside of the database. */
  readonly kept: AuditCheckpoint | null;
}

/**
 * Verifies a chain where it lies: every event, every checkpoint. Yields how many events hold so far and returns the
 * verdict.
 */
export async function* verifyLive(
  chain: LiveChain,
  signal: AbortSignal,
): AsyncGenerator<number, AuditVerdict> {
  const { read, origin, publicKeys, from, through, kept } = chain;
  const verifier = new AuditVerifier({ origin, publicKeys, from, closing: kept });
  for (const checkpoint of await readCheckpoints(read, origin, from?.sequence ?? 0)) {
    if (checkpoint.size <= through && !verifier.checkpoint(checkpoint)) return verifier.end();
  }
  for await (const records of readRecords(read, from?.sequence ?? 0, through)) {
    signal.throwIfAborted();
    for (const record of records) {
      if (!verifier.event(record)) return verifier.end();
    }
    yield verifier.checked;
  }
  return verifier.end();
}
