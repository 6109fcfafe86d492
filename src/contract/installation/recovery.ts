import { z } from 'zod';
import { change, procedure } from '../procedure';
import { EmailAddress, Password } from '../values';
import { SheetTexts } from './keys';
import { OperatorSession } from './operators';

/** Sheets of the installation's kit, and whose password is to be replaced. */
export const Recovery = z.object({
  sheets: SheetTexts,
  /** Gives an operator a new password; `null` leaves the operators as they are. */
  operator: z
    .object({
      email: EmailAddress,
      password: Password,
      /** Takes the second factor away too: for somebody who has lost it and whom nobody else could help. */
      resetSecondFactor: z.boolean().default(false),
    })
    .nullable(),
});
export type Recovery = z.infer<typeof Recovery>;

/** What is typed to accept a catalogue that was put back from an older backup. */
export const OLDER_WORDS = 'accept the older state';

/** That a catalogue is older on purpose, by an operator whom it knows. */
export const AcceptedOlder = z.object({
  email: EmailAddress,
  password: Password,
  reason: z.string().trim().min(3).max(300),
  /** {@link OLDER_WORDS} */
  confirm: z.string().max(40),
});
export type AcceptedOlder = z.infer<typeof AcceptedOlder>;

/** What can be asked while the installation is sealed: the sheets, or an operator's password, prove that one may. */
export const recovery = {
  restore: procedure({
    summary: 'Put the key of the installation back into the keychain out of its recovery kit',
    permission: 'public',
    audit: change('installation.recovered'),
    input: Recovery,
    output: z.object({}),
  }),
  acceptOlder: procedure({
    summary:
      'Open an installation although its catalogue ends before its newest kept checkpoint: it was put back on purpose; and sign in',
    permission: 'public',
    audit: change('audit.older-accepted'),
    input: AcceptedOlder,
    output: OperatorSession,
  }),
};
