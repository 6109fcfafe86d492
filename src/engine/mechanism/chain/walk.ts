import {
  type AuditPlace,
  type AuditRecord,
  type ChainBounds,
  type ChainVerdict,
  GENESIS,
  hashEvent,
} from './event';

/**
 * Walks a chain event by event, in the order it is kept, in constant memory. The verdict on an event may need the
 * one after it, so a fault is known at the latest with the event that follows.
 */
export class ChainWalk {
  readonly #from: AuditPlace;
  readonly #through: AuditPlace | undefined;
  #head: AuditPlace;
  #before: AuditPlace;
  #held: AuditRecord | null = null;
  /** The number that is missing: an event of that number further on was moved, otherwise it was removed. */
  #missing: number | null = null;
  #verdict: ChainVerdict | null = null;

  constructor({ from = GENESIS, through }: ChainBounds = {}) {
    this.#from = from;
    this.#through = through;
    this.#head = from;
    this.#before = from;
  }

  /** The last event that holds for sure. */
  get head(): AuditPlace {
    return placeOf(this.#head);
  }

  /** The verdict, once the walk need not go on. */
  get verdict(): ChainVerdict | null {
    return this.#verdict;
  }

  /** Takes the next event. @returns whether the walk wants more of them */
  push(record: AuditRecord): boolean {
    if (this.#verdict) return false;
    if (this.#missing !== null) {
      if (record.sequence === this.#missing) this.#fail(this.#missing, 'reordered');
      return this.#verdict === null;
    }
    const held = this.#held;
    this.#held = record;
    if (held) this.#settle(held, record);
    return this.#verdict === null;
  }

  /** Says that there are no more events. */
  end(): ChainVerdict {
    if (this.#verdict) return this.#verdict;
    if (this.#missing === null && this.#held) this.#settle(this.#held, null);
    if (this.#missing !== null) this.#fail(this.#missing, 'removed');
    if (this.#verdict) return this.#verdict;
    const { sequence } = this.#head;
    if (this.#through && sequence < this.#through.sequence) return this.#fail(sequence + 1, 'removed');
    return { ok: true, head: this.head };
  }

  #settle(record: AuditRecord, next: AuditRecord | null): void {
    const expected = this.#head.sequence + 1;
    if (record.sequence < expected) {
      this.#fail(record.sequence, 'inserted');
    } else if (record.sequence > expected) {
      this.#missing = expected;
      if (next?.sequence === expected) this.#fail(expected, 'reordered');
    } else if (hashEvent(record.previousHash, record.sequence, record.body) !== record.hash) {
      this.#fail(expected, 'edited');
    } else if (record.previousHash !== this.#head.hash) {
      this.#judgeMisfit(record, next);
    } else {
      this.#before = this.#head;
      this.#head = record;
      const through = this.#through;
      if (through?.sequence === record.sequence && through.hash !== record.hash) {
        this.#head = this.#before;
        this.#fail(record.sequence, 'edited');
      }
    }
  }

  /**
   * Both are sound by themselves and do not fit. When the next event continues this one, this one is the original
   * and the one before was rewritten with a new hash.
   */
  #judgeMisfit(record: AuditRecord, next: AuditRecord | null): void {
    const { sequence } = this.#head;
    const rewritten = next?.previousHash === record.hash && sequence > this.#from.sequence;
    if (!rewritten) {
      this.#fail(sequence + 1, 'inserted');
      return;
    }
    this.#head = this.#before;
    this.#fail(sequence, 'edited');
  }

  #fail(sequence: number, fault: Extract<ChainVerdict, { ok: false }>['fault']): ChainVerdict {
    this.#verdict = { ok: false, head: this.head, sequence, fault };
    return this.#verdict;
  }
}

function placeOf({ sequence, hash }: AuditPlace): AuditPlace {
  return { sequence, hash };
}

/**
 * Walks a chain in the order it is kept and names the first event that was edited, removed, reordered or
 * inserted. What was cut off at the end shows only against a checkpoint (`through`).
 */
export function verifyChain(records: Iterable<AuditRecord>, bounds: ChainBounds = {}): ChainVerdict {
  const walk = new ChainWalk(bounds);
  for (const record of records) {
    if (!walk.push(record)) break;
  }
  return walk.end();
}
