import { z } from 'zod';
import { ModelParameters } from '../../contract';

const AbsolutePath = z.string().min(1).max(4096);

export const InspectParams = z.object({ file: AbsolutePath });

export const ChatParams = z.object({
  file: AbsolutePath,
  /** An opaque name; whoever bears another one gets a context of its own. */
  owner: z.string().min(1).max(200),
  messages: z
    .array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
    .min(1)
    .max(2000),
  parameters: ModelParameters,
});
export type ChatParams = z.infer<typeof ChatParams>;

export const Summary = z.object({
  architecture: z.string().max(64),
  name: z.string().max(200).nullable(),
  parameters: z.string().max(200).nullable(),
  quantization: z.string().max(40).nullable(),
  contextTokens: z.number().int().positive().nullable(),
  licence: z.string().max(200).nullable(),
  tensors: z.number().int().positive(),
});

/** What the model host sends while it answers. `waiting` says only that it lives: queue, loading, reading. */
export const ChatItem = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string().max(1024 * 1024) }),
  z.object({
    type: z.literal('usage'),
    inputTokens: z.number().int().nonnegative(),
    outputTokens: z.number().int().nonnegative(),
  }),
  z.object({ type: z.literal('waiting') }),
]);
export type ChatItem = z.infer<typeof ChatItem>;

/** Joins neighbouring text, so that a slow reader gets fewer and longer pieces. */
export function mergeChatItems(earlier: ChatItem, later: ChatItem): ChatItem | null {
  if (earlier.type === 'text' && later.type === 'text' && earlier.text.length < 512 * 1024) {
    return { type: 'text', text: earlier.text + later.text };
  }
  return earlier.type === 'waiting' && later.type === 'waiting' ? later : null;
}
