import { z } from 'zod';

/*
 * What the adapter reads of Ollama's answers (https://github.com/ollama/ollama/blob/main/docs/api.md). A server is
 * not trusted: whatever does not fit is an error.
 */

const Details = z.object({
  family: z.string().optional(),
  parameter_size: z.string().optional(),
  quantization_level: z.string().optional(),
});

const Remote = { remote_host: z.string().optional(), remote_model: z.string().optional() };

export const Tags = z.object({
  models: z
    .array(
      z.object({
        name: z.string().min(1).max(300),
        size: z.number().nonnegative().optional(),
        details: Details.optional(),
        ...Remote,
      }),
    )
    .max(5000)
    .nullable(),
});
export type Tag = NonNullable<z.infer<typeof Tags>['models']>[number];

export const Shown = z.object({
  license: z.union([z.string(), z.array(z.string())]).optional(),
  template: z.string().optional(),
  modelfile: z.string().optional(),
  details: Details.optional(),
  model_info: z.record(z.string(), z.unknown()).nullish(),
  capabilities: z.array(z.string()).nullish(),
  ...Remote,
});
export type Shown = z.infer<typeof Shown>;

export const Version = z.object({ version: z.string().max(100) });

export const ChatLine = z.object({
  message: z.object({ content: z.string() }).optional(),
  done: z.boolean(),
  prompt_eval_count: z.number().int().nonnegative().optional(),
  eval_count: z.number().int().nonnegative().optional(),
});

export const ProgressLine = z.object({
  status: z.string().max(500),
  digest: z.string().max(200).optional(),
  total: z.number().nonnegative().optional(),
  completed: z.number().nonnegative().optional(),
});

export const Embedded = z.object({ embeddings: z.array(z.array(z.number()).min(1).max(16_384)) });
