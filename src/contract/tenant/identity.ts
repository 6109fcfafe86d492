import { z } from 'zod';
import { TenantHealth, TenantState } from '../installation/tenants';
import { ModelId } from '../models';
import { PasskeyAnswer, PasskeyRequest } from '../passkeys';
import { Permission, Role, TenantRole } from '../permissions';
import { change, procedure, view } from '../procedure';
import { Residency } from '../residency';
import { EmailAddress, Id, Password, Proof, SignInNeed, SignOut, Timestamp, Title } from '../values';

/** An invited person has not set a password yet: nobody signs in to the account before. */
export const AccountState = z.enum(['active', 'invited', 'disabled']);
export type AccountState = z.infer<typeof AccountState>;

export const User = z.object({
  id: Id,
  name: Title,
  email: EmailAddress,
  role: TenantRole,
  state: AccountState,
  createdAt: Timestamp,
  lastSeenAt: Timestamp.nullable(),
});
export type User = z.infer<typeof User>;

/** What a member sees of the tenant they are in. */
export const TenantFace = z.object({ id: Id, name: Title, domain: z.string() });

/** How a tenant stands, as each of its members may know it. */
export const TenantStanding = z.object({
  state: TenantState,
  health: TenantHealth,
  residency: Residency,
  /** The model that answers, unless a question names another. */
  model: ModelId,
});
export type TenantStanding = z.infer<typeof TenantStanding>;

export const TenantSession = z.object({
  tenant: TenantFace,
  /** `null` when an operator acts in the tenant without an account there. */
  user: User.nullable(),
  role: Role,
  /** What the role and the custom roles allow together. */
  permissions: z.array(Permission),
  expiresAt: Timestamp,
  needs: SignInNeed.nullable(),
  /** Whether they come by a provider with the browser, and so have no password to prove themselves with. */
  byBrowser: z.boolean(),
  /**
   * Until when the word of their provider holds, where it cannot be asked for without them; then they have to come by
   * it again.
   */
  vouchedUntil: Timestamp.nullable(),
  /** Minutes without use after which the session ends. */
  idleMinutes: z.number().int().positive(),
});
export type TenantSession = z.infer<typeof TenantSession>;

/** A provider as it is offered before anybody has signed in. */
export const SignOnChoice = z.object({ id: Id, name: Title });
export type SignOnChoice = z.infer<typeof SignOnChoice>;

export const identity = {
  signIn: procedure({
    summary: 'Sign in to the tenant',
    permission: 'public',
    audit: change('user.signed-in'),
    onReserve: true,
    input: z.object({ email: EmailAddress, password: Password }),
    output: TenantSession,
  }),
  askPasskey: procedure({
    summary: 'What the browser asks for a passkey with, to sign in to the tenant',
    permission: 'public',
    audit: view('user.passkey-asked'),
    input: z.object({}),
    output: PasskeyRequest,
  }),
  signInByPasskey: procedure({
    summary: 'Sign in to the tenant with a passkey and nothing else',
    permission: 'public',
    audit: change('user.signed-in'),
    onReserve: true,
    input: z.object({ answer: PasskeyAnswer }),
    output: TenantSession,
  }),
  signOnChoices: procedure({
    summary: 'The providers by which people may come in, of those that are offered to everybody',
    permission: 'public',
    audit: view('sign-on.choices-viewed'),
    input: z.object({}),
    output: z.array(SignOnChoice),
  }),
  signInByBrowser: procedure({
    summary: 'Sign in by a provider in the browser of the system; answers when the person is back',
    permission: 'public',
    audit: change('user.signed-in'),
    onReserve: true,
    input: z.object({ provider: Id }),
    output: TenantSession,
  }),
  stepUpByBrowser: procedure({
    summary: 'Prove again in the browser who one is, before something that demands it',
    permission: 'session',
    audit: change('user.stepped-up'),
    onReserve: true,
    input: z.object({}),
    output: z.object({}),
  }),
  continueByBrowser: procedure({
    summary: 'Come by the provider again with the browser, so that it goes on vouching for the caller',
    permission: 'session',
    audit: change('user.vouched-again'),
    onReserve: true,
    input: z.object({}),
    output: z.object({}),
  }),
  signOut: procedure({
    summary: 'End the session in the tenant',
    permission: 'session',
    duringSignIn: SignInNeed.options,
    audit: change('user.signed-out'),
    onReserve: true,
    input: SignOut,
    output: z.object({}),
  }),
  stepUp: procedure({
    summary: 'Prove again who one is, before something that demands it',
    permission: 'session',
    audit: change('user.stepped-up'),
    onReserve: true,
    input: Proof,
    output: z.object({}),
  }),
  current: procedure({
    summary: 'Who is signed in to the tenant',
    permission: 'session',
    duringSignIn: SignInNeed.options,
    audit: view('session.viewed'),
    input: z.object({}),
    output: TenantSession,
  }),
  standing: procedure({
    summary: 'State, health, residency and model of the own tenant',
    permission: 'session',
    audit: view('tenant.standing-viewed'),
    input: z.object({}),
    output: TenantStanding,
  }),
};

export const users = {
  list: procedure({
    summary: 'The people of the tenant',
    permission: 'users.manage',
    audit: view('users.listed'),
    input: z.object({}),
    output: z.array(User),
  }),
};
