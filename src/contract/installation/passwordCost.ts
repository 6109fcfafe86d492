import { z } from 'zod';
import { change, procedure, view } from '../procedure';
import { Timestamp } from '../values';

/** What a hash of a password costs (argon2id, RFC 9106), and where that was measured. */
export const PasswordCostState = z.object({
  memoryKiB: z.number().int(),
  passes: z.number().int(),
  /** What a hash took when it was measured, in milliseconds. */
  ms: z.number().int(),
  /** What it is to take, in milliseconds on an idle core. */
  targetMs: z.number().int(),
  machine: z.string(),
  measuredAt: Timestamp,
});
export type PasswordCostState = z.infer<typeof PasswordCostState>;

export const passwordCost = {
  read: procedure({
    summary: 'What a hash of a password costs on this machine; nothing before it was measured',
    permission: 'installation.manage',
    audit: view('password-cost.viewed'),
    input: z.object({}),
    output: PasswordCostState.nullable(),
  }),
  measure: procedure({
    summary:
      'Measure anew what a hash of a password is to cost; older hashes are renewed at the next sign-in',
    permission: 'installation.manage',
    audit: change('password-cost.measured'),
    stepUp: true,
    input: z.object({}),
    output: PasswordCostState,
  }),
};
