import { z } from 'zod';
import { PasswordRule } from '../identityPolicy';
import { PasskeyAnswer, PasskeyRequest } from '../passkeys';
import { change, procedure, view } from '../procedure';
import { EmailAddress, Id, Password, Proof, SignInNeed, SignOut, Timestamp, Title } from '../values';

export const Operator = z.object({
  id: Id,
  name: Title,
  email: EmailAddress,
  createdAt: Timestamp,
});
export type Operator = z.infer<typeof Operator>;

export const OperatorSession = z.object({
  operator: Operator,
  expiresAt: Timestamp,
  needs: SignInNeed.nullable(),
  /** Minutes without use after which the session ends. */
  idleMinutes: z.number().int().positive(),
});
export type OperatorSession = z.infer<typeof OperatorSession>;

export const operators = {
  passwordRules: procedure({
    summary: 'The rules that a password must meet',
    permission: 'public',
    audit: view('operators.password-rules-viewed'),
    input: z.object({}),
    output: z.array(PasswordRule),
  }),
  createFirst: procedure({
    summary: 'Create the first operator of a fresh installation and sign in',
    permission: 'public',
    audit: change('operator.created'),
    input: z.object({ name: Title, email: EmailAddress, password: Password }),
    output: OperatorSession,
  }),
  signIn: procedure({
    summary: 'Sign in as an operator',
    permission: 'public',
    audit: change('operator.signed-in'),
    onReserve: true,
    input: z.object({ email: EmailAddress, password: Password }),
    output: OperatorSession,
  }),
  askPasskey: procedure({
    summary: 'What the browser asks for a passkey with, to sign in as an operator',
    permission: 'public',
    audit: view('operator.passkey-asked'),
    input: z.object({}),
    output: PasskeyRequest,
  }),
  signInByPasskey: procedure({
    summary: 'Sign in as an operator with a passkey and nothing else',
    permission: 'public',
    audit: change('operator.signed-in'),
    onReserve: true,
    input: z.object({ answer: PasskeyAnswer }),
    output: OperatorSession,
  }),
  signOut: procedure({
    summary: 'End the operator’s session',
    permission: 'session',
    duringSignIn: SignInNeed.options,
    audit: change('operator.signed-out'),
    onReserve: true,
    input: SignOut,
    output: z.object({}),
  }),
  stepUp: procedure({
    summary: 'Prove again who one is, before something that demands it',
    permission: 'session',
    audit: change('operator.stepped-up'),
    onReserve: true,
    input: Proof,
    output: z.object({}),
  }),
  current: procedure({
    summary: 'Who is signed in as operator',
    permission: 'public',
    audit: view('operators.current-viewed'),
    input: z.object({}),
    output: OperatorSession.nullable(),
  }),
};
