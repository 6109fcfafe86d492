import type { AuditCheckpoint } from '../../../contract';
import { type FileHeader, readLine } from './file';
import { linkedKeys } from './keyLink';
import { type AuditVerdict, AuditVerifier, faultWords } from './verifier';

/** What somebody who verifies a file knows from elsewhere. */
export interface Known {
  /** SPKI in DER, base64. Without it the key that the file names is taken, which the person compares themselves. */
  readonly publicKey: string | null;
  /** A checkpoint that was kept elsewhere: the file must reach it. */
  readonly checkpoint: AuditCheckpoint | null;
}

export interface FileVerdict {
  readonly ok: boolean;
  /** The first event that does not hold. */
  readonly sequence: number | null;
  /** What was found, in one sentence. */
  readonly words: string;
  /** How many events hold. */
  readonly events: number;
  readonly checkpoints: number;
  readonly header: FileHeader | null;
}

/** Verifies an exported chain line by line, in constant memory. */
export class AuditFileVerifier {
  readonly #known: Known;
  #header: FileHeader | null = null;
  #verifier: AuditVerifier | null = null;
  #line = 0;
  #problem: string | null = null;

  constructor(known: Known) {
    this.#known = known;
  }

  /** How many events hold so far. */
  get checked(): number {
    return this.#verifier?.checked ?? 0;
  }

  /** How many events there should be; 0 before the first line. */
  get total(): number {
    return this.#header ? this.#header.checkpoint.size - (this.#header.from?.sequence ?? 0) : 0;
  }

  /** Takes the next line. @returns whether it wants more of them */
  push(text: string): boolean {
    this.#line += 1;
    if (this.#problem !== null) return false;
    const line = readLine(text);
    if (line === null) return this.#refuse(`Line ${this.#line} is not a line of an exported audit chain.`);
    if (line.type === 'header') return this.#begin(line.header);
    if (!this.#verifier) return this.#refuse('The first line is not the head of an exported audit chain.');
    return line.type === 'event'
      ? this.#verifier.event(line.record)
      : this.#verifier.checkpoint(line.checkpoint);
  }

  end(): FileVerdict {
    if (this.#problem === null && !this.#verifier) this.#problem = 'The file is empty.';
    if (this.#problem !== null)
      return this.#verdict({ ok: false, sequence: this.#next(), words: this.#problem });
    const verdict = (this.#verifier as AuditVerifier).end();
    const behind = this.#behind(verdict);
    if (behind !== null) return this.#verdict({ ok: false, sequence: this.#next(), words: behind });
    return verdict.ok
      ? this.#verdict(
          { ok: true, sequence: null, words: 'Every event is as it was signed.' },
          verdict.checkpoints,
        )
      : this.#verdict(
          { ok: false, sequence: verdict.sequence, words: faultWords(verdict) },
          verdict.checkpoints,
        );
  }

  #begin(header: FileHeader): boolean {
    if (this.#header) return this.#refuse(`Line ${this.#line} is a second head.`);
    this.#header = header;
    const { publicKey, checkpoint } = this.#known;
    try {
      const { origin, from, checkpoint: closing } = header;
      const publicKeys = linkedKeys(publicKey ?? header.publicKey, header.keys);
      if (!publicKeys.includes(header.publicKey))
        return this.#refuse(
          'The file names another public key than the one it is verified with, and no signatures lead from the one to the other.',
        );
      this.#verifier = new AuditVerifier({ origin, publicKeys, from, closing, exact: true });
    } catch (error) {
      if (error instanceof RangeError) return this.#refuse('The public key is none of Ed25519.');
      throw error;
    }
    return (
      checkpoint === null || checkpoint.size > header.checkpoint.size || this.#verifier.checkpoint(checkpoint)
    );
  }

  /** A sound file that ends before the checkpoint somebody has kept. */
  #behind(verdict: AuditVerdict): string | null {
    const kept = this.#known.checkpoint;
    const size = this.#header?.checkpoint.size ?? 0;
    if (!verdict.ok || kept === null || kept.size <= size) return null;
    return `The file ends at event ${size}, but a checkpoint over ${kept.size} events is known: event ${size + 1} and those after it were cut off.`;
  }

  #next(): number | null {
    if (!this.#header) return null;
    return (this.#header.from?.sequence ?? 0) + this.checked + 1;
  }

  #refuse(problem: string): boolean {
    this.#problem = problem;
    return false;
  }

  #verdict(found: Pick<FileVerdict, 'ok' | 'sequence' | 'words'>, checkpoints = 0): FileVerdict {
    return { ...found, events: this.checked, checkpoints, header: this.#header };
  }
}
