import { fstatSync, readSync } from 'node:fs';
import { ConsoleError } from '../../contract';

const WINDOW_BYTES = 1024 * 1024;

/** Says that a file is refused, and why. */
export function refuse(reason: string): ConsoleError {
  return new ConsoleError('FILE_REFUSED', { reason });
}

/** Reads little-endian values of a file one after the other, and never past a limit. */
export class ByteCursor {
  readonly size: number;
  readonly #descriptor: number;
  readonly #limit: number;
  #window = Buffer.alloc(0);
  #windowStart = 0;
  #position = 0;

  /**
   * @param limit bytes from the start that may be read
   * @throws ConsoleError FILE_REFUSED when it is not an ordinary file
   */
  constructor(descriptor: number, limit: number) {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw refuse('It is not an ordinary file.');
    this.#descriptor = descriptor;
    this.size = stat.size;
    this.#limit = Math.min(limit, stat.size);
  }

  get position(): number {
    return this.#position;
  }

  u8(): number {
    return this.#take(1).readUInt8(0);
  }

  u32(): number {
    return this.#take(4).readUInt32LE(0);
  }

  /** A 64-bit count that must be a safe integer and at most `max`. */
  count(max: number, what: string): number {
    const value = this.#take(8).readBigUInt64LE(0);
    if (value > BigInt(max)) throw refuse(`The number of ${what} in its header is impossible.`);
    return Number(value);
  }

  /** A text of the form length (64 bits), UTF-8; only its first 64 KB are kept. */
  text(max: number): string {
    const length = this.count(max, 'characters of a text');
    const kept = Math.min(length, 65_536);
    const text = this.#take(kept).toString('utf8');
    this.skip(length - kept);
    return text;
  }

  skip(bytes: number): void {
    if (this.#position + bytes > this.#limit) throw refuse('It ends before its header does.');
    this.#position += bytes;
  }

  #take(bytes: number): Buffer {
    if (this.#position + bytes > this.#limit) throw refuse('It ends before its header does.');
    const offset = this.#position - this.#windowStart;
    if (offset < 0 || offset + bytes > this.#window.length) this.#load(bytes);
    const from = this.#position - this.#windowStart;
    this.#position += bytes;
    return this.#window.subarray(from, from + bytes);
  }

  #load(bytes: number): void {
    const wanted = Math.min(Math.max(bytes, WINDOW_BYTES), this.#limit - this.#position);
    const window = Buffer.alloc(wanted);
    let filled = 0;
    while (filled < wanted) {
      const read = readSync(this.#descriptor, window, filled, wanted - filled, this.#position + filled);
      if (read === 0) throw refuse('It became shorter while it was read.');
      filled += read;
    }
    this.#window = window;
    this.#windowStart = this.#position;
  }
}
