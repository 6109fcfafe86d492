import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsoleError } from '../../contract';
import type { Embedder } from '../../engine/ports';
import { BATCH_TEXTS, EmbedResult } from './protocol';

const DIMENSIONS = 384;
const LENGTH_TOLERANCE = 0.01;
const NEEDED = ['config.json', 'tokenizer.json', join('onnx', 'model_quantized.onnx')];

/** The part of a link to a host that the embedder uses. */
export interface EmbeddingHostLink {
  call(
    method: string,
    params: unknown,
    schema: typeof EmbedResult,
    options: { signal: AbortSignal; timeoutMs: number },
  ): Promise<{ vectors: string }>;
}

export interface MiniLmOptions {
  readonly link: EmbeddingHostLink;
  /** Absolute path of the folder of all-MiniLM-L6-v2, as the host sees it too. */
  readonly folder: string;
  /** Milliseconds that a batch may take, with the loading of the model. Default 60,000. */
  readonly timeoutMs?: number;
}

/** The engine half: all-MiniLM-L6-v2 in a host of its own, so that no long answer stands before it. */
export class MiniLmEmbedder implements Embedder {
  readonly dimensions = DIMENSIONS;
  readonly #options: MiniLmOptions;

  constructor(options: MiniLmOptions) {
    this.#options = options;
  }

  async available(): Promise<boolean> {
    const found = await Promise.all(
      NEEDED.map((name) =>
        stat(join(this.#options.folder, name)).then(
          (entry) => entry.isFile(),
          () => false,
        ),
      ),
    );
    return found.every(Boolean);
  }

  /** @throws ConsoleError MODEL_UNAVAILABLE, MODEL_FAILED, TIMED_OUT, CANCELLED, HOST_RESTARTING */
  async embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += BATCH_TEXTS) {
      const batch = texts.slice(start, start + BATCH_TEXTS);
      const answer = await this.#options.link.call(
        'embed',
        { folder: this.#options.folder, texts: batch },
        EmbedResult,
        { signal, timeoutMs: this.#options.timeoutMs ?? 60_000 },
      );
      vectors.push(...unpack(answer.vectors, batch.length));
    }
    return vectors;
  }
}

/** @throws ConsoleError MODEL_FAILED when it is not so many vectors of unit length */
function unpack(base64: string, count: number): Float32Array[] {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== count * DIMENSIONS * 4) throw new ConsoleError('MODEL_FAILED');
  const vectors: Float32Array[] = [];
  for (let index = 0; index < count; index += 1) {
    const vector = new Float32Array(DIMENSIONS);
    let square = 0;
    for (let at = 0; at < DIMENSIONS; at += 1) {
      const value = bytes.readFloatLE((index * DIMENSIONS + at) * 4);
      vector[at] = value;
      square += value * value;
    }
    if (!(Math.abs(Math.sqrt(square) - 1) < LENGTH_TOLERANCE)) throw new ConsoleError('MODEL_FAILED');
    vectors.push(vector);
  }
  return vectors;
}
