import { basename, dirname } from 'node:path';
import { env, type FeatureExtractionPipeline, pipeline } from '@huggingface/transformers';
import { ConsoleError } from '../../contract';
import type { EmbedParams } from './protocol';

/** The host half: all-MiniLM on onnxruntime, from a folder on the disk and from nowhere else. */
export class EmbeddingHost {
  readonly #loaded = new Map<string, Promise<FeatureExtractionPipeline>>();
  #order: Promise<unknown> = Promise.resolve();

  constructor() {
    env.allowRemoteModels = false;
    env.allowLocalModels = true;
    env.useFSCache = false;
    env.useBrowserCache = false;
  }

  /**
   * Mean pooling over the tokens, then normalised to unit length; what is longer than the model reads is cut.
   * @throws ConsoleError MODEL_UNAVAILABLE when the model is not there or does not load, CANCELLED
   */
  embed({ folder, texts }: EmbedParams, signal: AbortSignal): Promise<{ vectors: string }> {
    const step = async (): Promise<{ vectors: string }> => {
      if (signal.aborted) throw new ConsoleError('CANCELLED');
      const extract = await this.#load(folder);
      const output = await extract([...texts], { pooling: 'mean', normalize: true });
      const floats = Float32Array.from(output.data as Float32Array);
      output.dispose();
      return { vectors: Buffer.from(floats.buffer).toString('base64') };
    };
    const result = this.#order.then(step, step);
    this.#order = result.catch(() => {
      // Whoever asked is told; the next request does not depend on it.
    });
    return result;
  }

  #load(folder: string): Promise<FeatureExtractionPipeline> {
    const present = this.#loaded.get(folder);
    if (present) return present;
    env.localModelPath = dirname(folder);
    const loading = pipeline('feature-extraction', basename(folder), {
      dtype: 'q8',
      device: 'cpu',
      local_files_only: true,
    }).catch((error: unknown) => {
      this.#loaded.delete(folder);
      throw new ConsoleError('MODEL_UNAVAILABLE', { reason: 'The embedding model cannot be loaded.' }, error);
    });
    this.#loaded.set(folder, loading);
    return loading;
  }
}
