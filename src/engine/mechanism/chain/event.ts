import { createHash } from 'node:crypto';

/**
 * The audit chain. Each event carries the hash of the one before it, so that an event that was edited,
 * removed, inserted or moved breaks the chain at that place.
 *
 * The encoding, so that a verifier can be written without this code:
 *
 *     hash(n) = SHA-256( DOMAIN ‖ hash(n-1) ‖ field(sequence) ‖ field(at) ‖ field(event) ‖ field(actor)
 *                        ‖ field(target) ‖ field(outcome) ‖ field(detail) )
 *
 * - DOMAIN is the 16 bytes of the ASCII text `riscura-audit/v1`.
 * - hash(n-1) is 32 raw bytes. hash(0), the genesis, is SHA-256 of the ASCII text `riscura-audit/v1/genesis`.
 * - field(x) is the length of x in bytes as an unsigned 32-bit big-endian integer, then x in UTF-8. An absent
 *   target is the length 0xFFFFFFFF with nothing after it.
 * - sequence counts from 1; sequence and at (milliseconds since 1970 UTC) are decimal ASCII without leading
 *   zeros.
 * - detail is the JSON text of RFC 8785 (members sorted by UTF-16 code units, no white space) and is kept as
 *   that very text, so a verifier hashes the column as it stands.
 * - Hashes are kept as 64 lower-case hexadecimal digits.
 */
const DOMAIN = Buffer.from('riscura-audit/v1', 'ascii');
const ABSENT = 0xffff_ffff;

/** Whether an act is about to happen, has happened, has failed, or was refused. */
export type AuditOutcome = 'intent' | 'done' | 'failed' | 'refused';

/** An audit event before it has its place. `detail` holds ids, codes and numbers: never a person's words. */
export interface AuditDraft {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  /** The name of what happened, such as `tenant.suspended`. */
  readonly event: string;
  /** Who did it: `operator:ID`, `user:ID`, `system`. */
  readonly actor: string;
  /** What it was done to. */
  readonly target: string | null;
  readonly outcome: AuditOutcome;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** An event as it is kept: `detail` is the canonical JSON text that was hashed. */
export interface AuditBody extends Omit<AuditDraft, 'detail'> {
  readonly detail: string;
}

/** Where an event stands in the chain. */
export interface AuditPlace {
  readonly sequence: number;
  readonly hash: string;
}

/** An event in its place. */
export interface AuditRecord extends AuditPlace {
  readonly previousHash: string;
  readonly body: AuditBody;
}

/** The place before the first event. */
export const GENESIS: AuditPlace = {
  sequence: 0,
  hash: createHash('sha256').update('riscura-audit/v1/genesis', 'ascii').digest('hex'),
};

const UNKEEPABLE = /[\0\ud800-\udfff]/u;

/** A text that SQLite and UTF-8 keep as it is: NUL and halves of surrogate pairs become U+FFFD. */
export function keepable(text: string): string {
  return UNKEEPABLE.test(text) ? text.replace(/[\0\ud800-\udfff]/gu, '\ufffd') : text;
}

/** The JSON of RFC 8785 for a flat record. @throws RangeError for a number that JSON cannot hold */
export function canonicalDetail(detail: AuditDraft['detail']): string {
  const members = Object.keys(detail)
    .sort()
    .map((key) => {
      const value = detail[key] ?? null;
      if (typeof value === 'number' && !Number.isFinite(value)) {
        throw new RangeError(`the audit detail “${key}” is not a finite number`);
      }
      const kept = typeof value === 'string' ? keepable(value) : value;
      return `${JSON.stringify(keepable(key))}:${JSON.stringify(kept)}`;
    });
  return `{${members.join(',')}}`;
}

/** The bytes that are hashed; exported for verifiers and their test vectors. */
export function encodeEvent(previousHash: string, sequence: number, body: AuditBody): Buffer {
  const fields = [
    String(sequence),
    String(body.at),
    body.event,
    body.actor,
    body.target,
    body.outcome,
    body.detail,
  ];
  const size = fields.reduce((sum, field) => sum + 4 + (field === null ? 0 : Buffer.byteLength(field)), 0);
  const bytes = Buffer.allocUnsafe(DOMAIN.length + 32 + size);
  let offset = DOMAIN.copy(bytes, 0);
  if (bytes.write(previousHash, offset, 'hex') !== 32) {
    throw new RangeError('the hash before an audit event is not 32 bytes of hexadecimal');
  }
  offset += 32;
  for (const field of fields) {
    if (field === null) {
      offset = bytes.writeUInt32BE(ABSENT, offset);
      continue;
    }
    const written = bytes.write(field, offset + 4, 'utf8');
    offset = bytes.writeUInt32BE(written, offset) + written;
  }
  return bytes;
}

/** The hash of an event, hexadecimal. @throws RangeError when the hash before it is none */
export function hashEvent(previousHash: string, sequence: number, body: AuditBody): string {
  return createHash('sha256')
    .update(encodeEvent(previousHash, sequence, body))
    .digest('hex');
}

/** Gives an event its place after another. */
export function link(previousHash: string, sequence: number, draft: AuditDraft): AuditRecord {
  if (!Number.isSafeInteger(draft.at) || !Number.isSafeInteger(sequence)) {
    throw new RangeError('time and sequence of an audit event are whole numbers');
  }
  const body: AuditBody = {
    at: draft.at,
    event: keepable(draft.event),
    actor: keepable(draft.actor),
    target: draft.target === null ? null : keepable(draft.target),
    outcome: draft.outcome,
    detail: canonicalDetail(draft.detail),
  };
  return { sequence, previousHash, hash: hashEvent(previousHash, sequence, body), body };
}

/** What is wrong at the first place where a chain does not hold. */
export type ChainFault =
  /** The event's content is not what was hashed, or its hash is not what the next event carries. */
  | 'edited'
  /** An event is missing here. */
  | 'removed'
  /** The event stands later than its number says. */
  | 'reordered'
  /** A second event claims the place, or one that does not continue the chain. */
  | 'inserted';

export type ChainVerdict =
  | { readonly ok: true; readonly head: AuditPlace }
  | {
      readonly ok: false;
      /** The last event that still holds. */
      readonly head: AuditPlace;
      /** The number of the first event that does not. */
      readonly sequence: number;
      readonly fault: ChainFault;
    };

/** Between which places a chain is verified. */
export interface ChainBounds {
  /** A place that is known to be good, after which the records begin. The genesis when left out. */
  readonly from?: AuditPlace;
  /** A place that was written down elsewhere (a checkpoint) and must be in the chain. */
  readonly through?: AuditPlace;
}
