import { z } from 'zod';
import { ModelId } from '../models';
import { change, procedure } from '../procedure';
import { Place } from '../residency';
import { Id, Money } from '../values';
import { QUERY_MAX_BYTES } from './assistant';

/** The embedding model that comes with the console: all-MiniLM-L6-v2, which reads 256 word pieces of a text. */
export const BUILT_IN_EMBEDDER: ModelId = 'embedded/all-minilm-l6-v2';

/** Texts to be embedded at once. */
const MOST_TEXTS = 256;

export const Embeddings = z.object({
  /** Under which it stands in the usage and in the audit. */
  id: Id,
  model: ModelId,
  place: Place,
  /** Of unit length, in the order of the texts. */
  vectors: z.array(z.array(z.number())),
  /** An estimate: no server says how many it read. */
  tokens: z.number().int(),
  cost: Money,
});
export type Embeddings = z.infer<typeof Embeddings>;

export const embeddings = {
  create: procedure({
    summary: 'Turn texts into vectors; the texts are kept nowhere',
    permission: 'ai.query',
    audit: change('embeddings.made'),
    answerIsSecret: true,
    maxBytes: QUERY_MAX_BYTES,
    input: z.object({
      model: ModelId.default(BUILT_IN_EMBEDDER),
      texts: z.array(z.string().min(1).max(100_000)).min(1).max(MOST_TEXTS),
    }),
    output: Embeddings,
  }),
};
