import { z } from 'zod';
import { BUILT_IN_EMBEDDER, ConsoleError, type Embeddings } from '../../contract';
import { DEFAULT_MODEL } from './requests';

/** What is understood of a request for embeddings; tokens instead of texts are of a model that is not here. */
const EmbeddingRequest = z.object({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(z.string()).min(1)], { error: 'must be a text or a list of texts' }),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.null({ error: 'vectors are not cut' }).optional(),
});

/** A request for embeddings as the console takes it. */
export interface EmbeddingWish {
  readonly input: { readonly model: string; readonly texts: readonly string[] };
  readonly isBase64: boolean;
}

/**
 * Reads a request of OpenAI's embeddings.
 * @throws ConsoleError BAD_INPUT naming the field that is not as it must be
 */
export function readEmbeddingWish(body: unknown): EmbeddingWish {
  const parsed = EmbeddingRequest.safeParse(body);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path, message }) => ({
      path: path.join('.'),
      problem: message,
    }));
    throw new ConsoleError('BAD_INPUT', { fields });
  }
  const { model, input, encoding_format: format } = parsed.data;
  return {
    input: {
      model: model === DEFAULT_MODEL ? BUILT_IN_EMBEDDER : model,
      texts: typeof input === 'string' ? [input] : input,
    },
    isBase64: format === 'base64',
  };
}

/** A vector as numbers, or as the little-endian 32-bit floats that OpenAI's client asks for. */
function encode(vector: readonly number[], isBase64: boolean): readonly number[] | string {
  if (!isBase64) return vector;
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}

/** The answer in the form that OpenAI's clients read. */
export function embeddingList({ model, vectors, tokens }: Embeddings, { isBase64 }: EmbeddingWish): object {
  return {
    object: 'list',
    model,
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encode(vector, isBase64),
    })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}
