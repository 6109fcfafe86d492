import type { Duplex } from 'node:stream';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc/node';
import { HOST_ERROR } from './protocol';

const HEADER_BYTES = 4;

/** What a writer says of a request that was not sent because the other side would not take it. */
export const TOO_LARGE_MESSAGE = 'the message is larger than allowed';

/**
 * Reads messages of the form: length (4 bytes, big endian), JSON (UTF-8).
 *
 * A length over the limit or text that is not a JSON object ends the connection before anything of it is kept.
 */
export class FramedReader extends AbstractMessageReader implements MessageReader {
  readonly #stream: Duplex;
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #held = 0;
  #wanted: number | null = null;
  #broken = false;

  /** @param limit the largest message in bytes */
  constructor(stream: Duplex, limit: number) {
    super();
    this.#stream = stream;
    this.#limit = limit;
  }

  listen(callback: DataCallback): Disposable {
    const onData = (bytes: Buffer): void => this.#take(bytes, callback);
    const onError = (error: Error): void => this.fireError(error);
    const onClose = (): void => this.fireClose();
    this.#stream.on('data', onData);
    this.#stream.on('error', onError);
    this.#stream.on('close', onClose);
    return {
      dispose: () => {
        this.#stream.off('data', onData);
        this.#stream.off('close', onClose);
      },
    };
  }

  #take(bytes: Buffer, callback: DataCallback): void {
    if (this.#broken) return;
    this.#pieces.push(bytes);
    this.#held += bytes.length;
    for (;;) {
      if (this.#wanted === null) {
        if (this.#held < HEADER_BYTES) return;
        this.#wanted = this.#cut(HEADER_BYTES).readUInt32BE(0);
        if (this.#wanted > this.#limit || this.#wanted === 0) {
          this.#break('a message is larger than allowed');
          return;
        }
      }
      if (this.#held < this.#wanted) return;
      const body = this.#cut(this.#wanted);
      this.#wanted = null;
      const message = parseObject(body);
      if (message === null) {
        this.#break('a message is not a JSON object');
        return;
      }
      callback(message);
    }
  }

  #cut(count: number): Buffer {
    const all = this.#pieces.length === 1 && this.#pieces[0] ? this.#pieces[0] : Buffer.concat(this.#pieces);
    this.#pieces = all.length > count ? [all.subarray(count)] : [];
    this.#held = all.length - count;
    return all.subarray(0, count);
  }

  #break(problem: string): void {
    this.#broken = true;
    this.#pieces = [];
    this.#held = 0;
    this.#stream.destroy(new Error(problem));
  }
}

function parseObject(body: Buffer): Message | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Message) : null;
  } catch {
    // Not JSON: the caller ends the connection.
    return null;
  }
}

/** Writes what FramedReader reads. */
export class FramedWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #stream: Duplex;
  readonly #limit: number;

  /** @param limit the largest message in bytes */
  constructor(stream: Duplex, limit: number) {
    super();
    this.#stream = stream;
    this.#limit = limit;
    stream.on('close', () => this.fireClose());
  }

  /** @throws Error when the message is over the limit or the stream is gone */
  write(message: Message): Promise<void> {
    let body = Buffer.from(JSON.stringify(message), 'utf8');
    if (body.length > this.#limit) {
      // A caller that waits for an answer must hear that there is none.
      if (!Message.isResponse(message)) return Promise.reject(new Error(TOO_LARGE_MESSAGE));
      const error = { code: HOST_ERROR, message: TOO_LARGE_MESSAGE, data: { code: 'TOO_LARGE' } };
      body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: message.id, error }), 'utf8');
    }
    if (this.#stream.destroyed) return Promise.reject(new Error('the connection is closed'));
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(body.length, 0);
    return new Promise((resolve, reject) => {
      this.#stream.cork();
      this.#stream.write(header);
      this.#stream.write(body, (error) => (error ? reject(error) : resolve()));
      this.#stream.uncork();
    });
  }

  end(): void {
    this.#stream.end();
  }
}
