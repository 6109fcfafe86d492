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
 * - Members of detail whose names begin with `@` are the chain's own, and strings: `@from` (through which door),
 *   `@as` (the role, or the custom roles, that allowed it), `@session`, `@key` (how the API key begins), `@grant` (of
 *   break-glass), `@approval` (the word of a second person), `@request` (the id of a request over REST), `@before` and
 *   `@after` (keyed hashes of what was changed). One that is not known, or that there is not, is left out.
 * - Hashes are kept as 64 lower-case hexadecimal digits.
 */
const DOMAIN = Buffer.from('riscura-audit/v1', 'ascii');
const ABSENT = 0xffff_ffff;

/** Whether an act is about to happen, has happened, has failed, or was refused. */
export type AuditOutcome = 'intent' | 'done' | 'failed' | 'refused';

/** From where somebody acts, and as what. What is not known is `null`. */
export interface AuditContext {
  /** Through which door: `window:ID`, `command-line`, `job:NAME`. */
  readonly from: string | null;
  /** The role that allowed it, or the custom roles: `custom-role:ID custom-role:ID`. */
  readonly as: string | null;
  /** The id of the session. */
  readonly session: string | null;
  /** How the API key begins. */
  readonly key: string | null;
  /** The id of the break-glass grant that was acted under. */
  readonly grant: string | null;
  /** The id of the request that a second person gave their word to. */
  readonly approval: string | null;
  /** The id of the request over REST, as its answer names it. */
  readonly request: string | null;
}

/** Keyed hashes of what was before and is after; `null` where there was, or is, nothing. */
export interface AuditChange {
  readonly before: string | null;
  readonly after: string | null;
}

/** Who acts, from where and as what: what the events of one act have in common. */
export type AuditDoer = Pick<AuditDraft, 'actor' | 'context'>;

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
  /** Where a part of the console acts by itself it is left out. */
  readonly context?: AuditContext;
  readonly change?: AuditChange;
}

/** An event as it is kept: `detail` is the canonical JSON text that was hashed. */
export interface AuditBody extends Omit<AuditDraft, 'detail' | 'context' | 'change'> {
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

/** A context of which nothing is known. */
export const NOWHERE: AuditContext = {
  from: null,
  as: null,
  session: null,
  key: null,
  grant: null,
  approval: null,
  request: null,
};

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

const SYSTEM = /^system(?::(.+))?$/;
const OWN = '@';

/** The members of detail that are the chain's own. */
function ownMembers({ actor, context, change }: AuditDraft): Record<string, string> {
  const job = SYSTEM.exec(actor);
  const { from, as, session, key, grant, approval, request } = context ?? NOWHERE;
  const known = {
    from: from ?? (job ? `job:${job[1] ?? 'console'}` : null),
    ...{ as, session, key, grant, approval, request },
    before: change?.before ?? null,
    after: change?.after ?? null,
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === null ? [] : [[OWN + name, value]])),
  );
}

/** The canonical detail with what the chain itself adds. @throws RangeError for a name that is the chain's own */
function fullDetail(draft: AuditDraft): string {
  const taken = Object.keys(draft.detail).find((name) => name.startsWith(OWN));
  if (taken !== undefined) throw new RangeError(`the audit detail “${taken}” has a name of the chain's own`);
  return canonicalDetail({ ...draft.detail, ...ownMembers(draft) });
}

/** The detail of an event as the chain holds it, out of what {@link readDetail} made of it. */
export function detailText({ detail, origin }: ReturnType<typeof readDetail>): string {
  const known = Object.entries(origin).filter(([, value]) => value !== null);
  return canonicalDetail({
    ...detail,
    ...Object.fromEntries(known.map(([name, value]) => [OWN + name, value])),
  });
}

/** Tells what is particular to an event from what the chain itself has added: where it came from, and as what. */
export function readDetail(text: string): {
  detail: AuditDraft['detail'];
  origin: AuditContext & AuditChange;
} {
  const members = Object.entries(JSON.parse(text) as AuditDraft['detail']);
  const own = new Map(members.filter(([name]) => name.startsWith(OWN)));
  const ownText = (name: string) => {
    const value = own.get(OWN + name);
    return typeof value === 'string' ? value : null;
  };
  return {
    detail: Object.fromEntries(members.filter(([name]) => !own.has(name))),
    origin: {
      from: ownText('from'),
      as: ownText('as'),
      session: ownText('session'),
      key: ownText('key'),
      grant: ownText('grant'),
      approval: ownText('approval'),
      request: ownText('request'),
      before: ownText('before'),
      after: ownText('after'),
    },
  };
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
    detail: fullDetail(draft),
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
