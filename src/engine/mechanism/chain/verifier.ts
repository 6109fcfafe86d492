import type { AuditCheckpoint, AuditSignedHead } from '../../../contract';
import { type AuditSignatures, auditSignatures } from './checkpoint';
import type { AuditPlace, AuditRecord, ChainFault } from './event';
import { TreeEdge } from './merkle';
import { ChainWalk } from './walk';

/** What is wrong with a chain that is held against its signed checkpoints. */
export type AuditFault =
  | ChainFault
  /** Its end was cut off. */
  | 'truncated'
  /** It is consistent in itself and not what was signed: somebody rewrote it from some event on. */
  | 'rewritten'
  /** A checkpoint or a signed head does not carry its signature. */
  | 'forged';

export type AuditVerdict =
  | { readonly ok: true; readonly head: AuditPlace; readonly events: number; readonly checkpoints: number }
  | {
      readonly ok: false;
      readonly fault: AuditFault;
      /** The first event that does not hold. With `rewritten` the first that may not. */
      readonly sequence: number;
      /** With `rewritten` the last event up to which that is so. */
      readonly until: number;
      readonly checkpoints: number;
    };

/** So many events after a checkpoint that did not fit show which event it was. */
const LOOK_AHEAD = 2;

interface VerifierOptions {
  readonly origin: string;
  /** SPKI in DER, base64: the only thing that is trusted. */
  readonly publicKeys: readonly string[];
  /** What older events left when they were pruned; `null` when the chain is there from its beginning. */
  readonly from: AuditSignedHead | null;
  /** The checkpoint that the chain must reach. */
  readonly closing: AuditCheckpoint | null;
  /** Whether the chain ends with that checkpoint: nothing comes after it that is not signed. */
  readonly exact?: boolean;
}

/**
 * Verifies a chain against its checkpoints, event by event in constant memory. A checkpoint may be given at any time
 * before its last event is.
 */
export class AuditVerifier {
  readonly #signatures: AuditSignatures;
  readonly #walk: ChainWalk;
  readonly #edge: TreeEdge;
  readonly #begin: number;
  readonly #closing: AuditCheckpoint | null;
  readonly #exact: boolean;
  readonly #pending: AuditCheckpoint[] = [];
  #passed = 0;
  #checkpoints = 0;
  #failed: AuditVerdict | null = null;
  /** A checkpoint that did not fit. The events after it may still say exactly which event it was. */
  #suspicion: Extract<AuditVerdict, { ok: false }> | null = null;

  /** @throws RangeError when a public key is none of Ed25519 */
  constructor({ origin, publicKeys, from, closing, exact = false }: VerifierOptions) {
    this.#signatures = auditSignatures(publicKeys, origin);
    this.#begin = from?.sequence ?? 0;
    this.#passed = this.#begin;
    this.#closing = closing;
    this.#exact = exact;
    this.#walk = new ChainWalk(from ? { from: { sequence: from.sequence, hash: from.hash } } : {});
    if (from && !this.#isHead(from)) {
      this.#edge = new TreeEdge();
      this.#fail('forged', from.sequence);
      return;
    }
    this.#edge = from ? TreeEdge.from(from.sequence, from.edge) : new TreeEdge();
    if (closing) this.checkpoint(closing);
  }

  /** How many events hold so far. */
  get checked(): number {
    return this.#walk.head.sequence - this.#begin;
  }

  /** @returns whether the verdict is still open */
  checkpoint(checkpoint: AuditCheckpoint): boolean {
    if (this.#failed) return false;
    if (this.#pending.some(({ signature }) => signature === checkpoint.signature)) return true;
    if (!this.#signatures.isCheckpoint(checkpoint)) {
      this.#fail('forged', checkpoint.size);
    } else if (checkpoint.size > this.#begin) {
      this.#pending.push(checkpoint);
      this.#compare();
    }
    return this.#failed === null;
  }

  /** @returns whether the verdict is still open */
  event(record: AuditRecord): boolean {
    if (this.#failed) return false;
    const goesOn = this.#walk.push(record);
    this.#advance();
    const { sequence } = this.#walk.head;
    if (this.#suspicion && sequence >= this.#suspicion.until + LOOK_AHEAD) this.#failed = this.#suspicion;
    return goesOn && this.#failed === null;
  }

  /** Says that there are no more events. */
  end(): AuditVerdict {
    if (this.#failed) return this.#failed;
    const verdict = this.#walk.end();
    this.#advance();
    if (this.#failed) return this.#failed;
    const suspicion = this.#suspicion;
    if (suspicion && (verdict.ok || verdict.sequence > suspicion.until)) return suspicion;
    if (!verdict.ok) return this.#fail(verdict.fault, verdict.sequence);
    const head = this.#walk.head;
    const missing = this.#pending.find(({ size }) => size > head.sequence);
    if (missing) return this.#fail('truncated', head.sequence + 1);
    const closing = this.#closing;
    if (closing && head.sequence < closing.size) return this.#fail('truncated', head.sequence + 1);
    if (closing && this.#exact && head.sequence > closing.size)
      return this.#fail('inserted', closing.size + 1);
    return { ok: true, head, events: head.sequence - this.#begin, checkpoints: this.#checkpoints };
  }

  #isHead(head: AuditSignedHead): boolean {
    try {
      return this.#signatures.isHead(head);
    } catch (error) {
      // An edge that does not belong to the number of events.
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  #advance(): void {
    const { sequence, hash } = this.#walk.head;
    if (sequence !== this.#edge.size + 1) return;
    this.#edge.append(hash);
    this.#compare();
  }

  #compare(): void {
    for (let index = this.#pending.length - 1; index >= 0; index -= 1) {
      const checkpoint = this.#pending[index] as AuditCheckpoint;
      if (checkpoint.size > this.#edge.size) continue;
      this.#pending.splice(index, 1);
      if (checkpoint.size < this.#edge.size) continue;
      const { hash } = this.#walk.head;
      if (checkpoint.head !== hash || checkpoint.root !== this.#edge.root()) {
        this.#suspicion ??= this.#verdict('rewritten', this.#passed + 1, checkpoint.size);
        return;
      }
      this.#passed = checkpoint.size;
      this.#checkpoints += 1;
    }
  }

  #verdict(fault: AuditFault, sequence: number, until = sequence): Extract<AuditVerdict, { ok: false }> {
    return { ok: false, fault, sequence, until, checkpoints: this.#checkpoints };
  }

  #fail(fault: AuditFault, sequence: number): AuditVerdict {
    this.#failed = this.#verdict(fault, sequence);
    return this.#failed;
  }
}

/** What a fault means, in one sentence. */
export function faultWords(verdict: Extract<AuditVerdict, { ok: false }>): string {
  const { fault, sequence, until } = verdict;
  const event = `Event ${sequence}`;
  switch (fault) {
    case 'edited':
      return `${event} was edited.`;
    case 'removed':
      return `${event} was removed.`;
    case 'reordered':
      return `${event} was moved to another place.`;
    case 'inserted':
      return `${event} was inserted.`;
    case 'truncated':
      return `${event} and those after it were cut off.`;
    case 'forged':
      return `The signed statement at event ${sequence} does not carry the signature of the installation.`;
    case 'rewritten':
      return sequence === until
        ? `${event} was rewritten: it is not the one that was signed.`
        : `The chain was rewritten somewhere from event ${sequence} to event ${until}: it is not the one that was signed.`;
  }
}
