import { z } from 'zod';

/** How many texts one request to the host holds. */
export const BATCH_TEXTS = 8;

export const EmbedParams = z.object({
  /** Absolute path of the folder with `config.json`, `tokenizer.json` and `onnx/model_quantized.onnx`. */
  folder: z.string().min(1).max(4096),
  texts: z.array(z.string().max(100_000)).min(1).max(BATCH_TEXTS),
});
export type EmbedParams = z.infer<typeof EmbedParams>;

/** Vectors one after the other: 32-bit floats, little endian, in base64. */
export const EmbedResult = z.object({ vectors: z.base64() });
