import { z } from 'zod';

/** What `riscura serve` tells the engine that it starts. */
export const ServerVariables = z.object({
  /** Where the listener of the REST API is opened, whatever is set. */
  apiPlace: z
    .object({
      address: z.string().min(1),
      port: z.number().int().min(1).max(65_535),
      name: z.string().min(1),
    })
    .nullable(),
  /** How long answers that run may go on when the engine is told to stop, in milliseconds. */
  drainMs: z.number().int().min(0),
  /** Whether anybody reads the counts, and whether tenants are told apart in them. */
  metrics: z.enum(['all', 'per-tenant']).nullable(),
});
export type ServerVariables = z.infer<typeof ServerVariables>;

const NAME = 'RISCURA_SERVER';

/** @returns `null` for an engine that is none of a server: of a console, or of one command */
export function readServerVariables(env: NodeJS.ProcessEnv): ServerVariables | null {
  const text = env[NAME];
  return text === undefined ? null : ServerVariables.parse(JSON.parse(text));
}

/** The environment that tells it. */
export function writeServerVariables(told: ServerVariables): Record<string, string> {
  return { [NAME]: JSON.stringify(told) };
}
