import { z } from 'zod';
import { change, procedure } from '../procedure';
import { EmailAddress, Password } from '../values';
import { SheetTexts } from './keys';

/** Sheets of the installation's kit, and whose password is to be replaced. */
export const Recovery = z.object({
  sheets: SheetTexts,
  /** Gives an operator a new password; `null` leaves the operators as they are. */
  operator: z.object({ email: EmailAddress, password: Password }).nullable(),
});
export type Recovery = z.infer<typeof Recovery>;

/** What can be asked while the installation is sealed: the sheets are the proof that one may. */
export const recovery = {
  restore: procedure({
    summary: 'Put the key of the installation back into the keychain out of its recovery kit',
    permission: 'public',
    audit: change('installation.recovered'),
    input: Recovery,
    output: z.object({}),
  }),
};
