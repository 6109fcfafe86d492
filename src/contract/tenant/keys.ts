import { z } from 'zod';
import { change, procedure } from '../procedure';
import { SignedStatement } from '../statements';
import { Timestamp } from '../values';

export const keys = {
  residencyStatement: procedure({
    summary: 'A signed statement where the connections of a period led, out of the egress ledger',
    permission: 'isolation.view',
    audit: change('residency-statement.signed'),
    input: z
      .object({ from: Timestamp, to: Timestamp })
      .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after the beginning' }),
    output: SignedStatement,
  }),
};
