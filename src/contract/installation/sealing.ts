import { z } from 'zod';
import { change, procedure } from '../procedure';
import { EmailAddress, Password } from '../values';
import { OperatorSession } from './operators';

/** What is typed to seal the installation. */
export const SEAL_WORDS = 'seal everything';

/** Closing the whole installation at once, and opening it again. */
export const sealing = {
  seal: procedure({
    summary: 'Seal everything: close all tenants and the catalogue, take all keys out of the engine',
    permission: 'installation.manage',
    stepUp: true,
    onReserve: true,
    audit: change('installation.sealed'),
    input: z.object({ confirm: z.string().max(40) }),
    output: z.object({}),
  }),
  unseal: procedure({
    summary: 'Open the sealed installation again with an operator’s password, and sign in',
    permission: 'public',
    onReserve: true,
    audit: change('installation.unsealed'),
    input: z.object({ email: EmailAddress, password: Password }),
    output: OperatorSession,
  }),
};
