import { z } from 'zod';
import {
  ConsoleError,
  EmailAddress,
  FactorCode,
  GRANTS,
  Id,
  type OperatorSession,
  Password,
  Permission,
  Role,
  SignInNeed,
  type SignInProgress,
  type TenantSession,
  Timestamp,
} from '../../contract';
import { ownerOf, parseInput, tokensOf } from '../../engine/door';
import type { Asking, ProcedureCall, Route } from './route';

const INSTALLATION = 'installation';
const MAX_BYTES = 8 * 1024;

const Nothing = z.object({});

const SignIn = z.object({
  tenant: z.string().min(1).max(253).optional().describe('Domain or id of the tenant; none for an operator'),
  email: EmailAddress,
  password: Password,
  code: FactorCode.optional().describe('Of the second factor, where the account has one'),
});

const Tokens = z.object({
  accessToken: z.string().describe('A JWT of ten minutes, for the header `Authorization: Bearer`'),
  tokenType: z.literal('Bearer'),
  expiresAt: Timestamp.describe('When the access token ends, in milliseconds since 1970'),
  refreshToken: z.string().describe('Good for one renewal; used twice, it ends the session'),
  tenantId: Id.nullable().describe('`null` for an operator'),
});

const Progress = z.object({
  needs: SignInNeed.nullable().describe('What is missing before the sign-in counts'),
});

const Current = z.object({
  tenantId: Id.nullable(),
  person: z
    .object({ id: Id, name: z.string(), email: z.string() })
    .nullable()
    .describe('`null` for an operator who acts in a tenant'),
  role: Role,
  permissions: z.array(Permission),
  needs: SignInNeed.nullable(),
  expiresAt: Timestamp.describe('When the session ends at the latest'),
  idleMinutes: z.number().int().positive(),
});
type Current = z.infer<typeof Current>;

const Proof = z.union([z.object({ password: Password }), z.object({ code: FactorCode })]);

function at(tenant: string | null, inTenant: string, ofOperator: string, input: unknown): ProcedureCall {
  if (tenant === null) return { scope: 'installation', tenant: null, name: ofOperator, input };
  return { scope: 'tenant', tenant, name: inTenant, input };
}

/** @throws ConsoleError NOT_SIGNED_IN for what is not the access token of a session */
function tenantOf({ credential }: Asking): string | null {
  const owner = ownerOf(credential);
  if (owner === null) throw new ConsoleError('NOT_SIGNED_IN', { reason: 'An API key has no session.' });
  return owner === INSTALLATION ? null : owner;
}

function shown(credential: string): z.infer<typeof Tokens> {
  const tokens = tokensOf(credential);
  const owner = ownerOf(tokens.accessToken);
  return { ...tokens, tokenType: 'Bearer', tenantId: owner === INSTALLATION ? null : owner };
}

/** Gives the code that came with the password; a session whose code was wrong is not left behind. */
async function confirm(asking: Asking, tenant: string | null, access: string, code: string) {
  const call = (inTenant: string, ofOperator: string, input: unknown) =>
    asking.call(at(tenant, inTenant, ofOperator, input), access);
  try {
    const { output } = await call('account.confirmSignIn', 'account.confirmSignIn', { code });
    return output as SignInProgress;
  } catch (problem) {
    await call('identity.signOut', 'operators.signOut', {});
    throw problem;
  }
}

async function signIn(asking: Asking, input: z.infer<typeof SignIn>) {
  const { tenant = null, email, password, code } = input;
  const { output, credential } = await asking.call(
    at(tenant, 'identity.signIn', 'operators.signIn', { email, password }),
    null,
  );
  if (!credential) throw new Error('a sign-in gave no credential');
  const tokens = shown(credential);
  const { needs } = output as TenantSession | OperatorSession;
  if (needs !== 'second-factor' || code === undefined) return { ...tokens, needs };
  return { ...tokens, ...(await confirm(asking, tenant, tokens.accessToken, code)) };
}

async function current(asking: Asking): Promise<Current> {
  const tenantId = tenantOf(asking);
  const { output } = await asking.call(at(tenantId, 'identity.current', 'operators.current', {}));
  if (output === null) throw new ConsoleError('NOT_SIGNED_IN');
  if (tenantId !== null) {
    const { user, role, permissions, needs, expiresAt, idleMinutes } = output as TenantSession;
    const person = user && { id: user.id, name: user.name, email: user.email };
    return { tenantId, person, role, permissions, needs, expiresAt, idleMinutes };
  }
  const { operator, needs, expiresAt, idleMinutes } = output as OperatorSession;
  const { id, name, email } = operator;
  const permissions = [...GRANTS.operator];
  return {
    tenantId,
    person: { id, name, email },
    role: 'operator',
    permissions,
    needs,
    expiresAt,
    idleMinutes,
  };
}

interface Statement<I extends z.ZodType, O extends z.ZodType> {
  readonly summary: string;
  readonly description: string;
  readonly input: I;
  readonly output: O;
  readonly isOpen?: boolean;
  readonly run: (asking: Asking, input: z.infer<I>) => Promise<z.infer<O>>;
}

function route<I extends z.ZodType, O extends z.ZodType>(
  method: Route['method'],
  path: Route['path'],
  id: string,
  { summary, description, input, output, isOpen = false, run }: Statement<I, O>,
): Route {
  return {
    method,
    path,
    id,
    summary,
    description,
    input,
    output,
    isOpen,
    takesKey: false,
    tagOf: null,
    streams: false,
    hasLast: false,
    maxBytes: MAX_BYTES,
    query: {},
    async answer(asking, _tenant, given) {
      const checked = (await parseInput(input, given)) as z.infer<I>;
      return { output: await run(asking, checked) };
    },
  };
}

/**
 * Signing in over REST. What a window's transport keeps for it is given out here: an access token of minutes and a secret
 * that renews it once.
 */
export const SESSION_ROUTES: readonly Route[] = [
  route('POST', '/sessions', 'sessions.signIn', {
    summary: 'Sign in as a person: in a tenant, or as an operator',
    description:
      'Audit event: user.signed-in or operator.signed-in. Where `needs` says `second-factor`, give the code with it or afterwards; `new-password` and `enrolment` are settled under `…/account/`.',
    input: SignIn,
    output: Tokens.extend(Progress.shape),
    isOpen: true,
    run: (asking, input) => asking.hashing(() => signIn(asking, input)),
  }),
  route('POST', '/sessions/refresh', 'sessions.refresh', {
    summary: 'New tokens for a refresh token, which is good for one use',
    description:
      'One that was used before ends the session, and leaves the audit event user.refresh-replayed.',
    input: z.object({ refreshToken: z.string().min(1).max(500) }),
    output: Tokens,
    isOpen: true,
    run: async (asking, { refreshToken }) => shown(await asking.refresh(refreshToken)),
  }),
  route('GET', '/sessions/current', 'sessions.current', {
    summary: 'Who is signed in with the access token',
    description: 'Audit event: session.viewed.',
    input: Nothing,
    output: Current,
    run: (asking) => current(asking),
  }),
  route('DELETE', '/sessions/current', 'sessions.signOut', {
    summary: 'Sign out: access and refresh token are worth nothing from then on',
    description: 'Audit event: user.signed-out or operator.signed-out.',
    input: Nothing,
    output: Nothing,
    run: async (asking) => {
      await asking.call(at(tenantOf(asking), 'identity.signOut', 'operators.signOut', {}));
      return {};
    },
  }),
  route('POST', '/sessions/current/second-factor', 'sessions.confirm', {
    summary: 'Give the second factor that the sign-in waits for',
    description: 'Audit event: user.second-factor-given or operator.second-factor-given.',
    input: z.object({ code: FactorCode }),
    output: Progress,
    run: async (asking, input) => {
      const name = 'account.confirmSignIn';
      const { output } = await asking.call(at(tenantOf(asking), name, name, input));
      return output as SignInProgress;
    },
  }),
  route('POST', '/sessions/current/step-up', 'sessions.stepUp', {
    summary: 'Prove again who one is: what demands it can be called for five minutes then',
    description: 'Audit event: user.stepped-up or operator.stepped-up.',
    input: Proof,
    output: Nothing,
    run: async (asking, proof) => {
      const input = 'password' in proof ? { kind: 'password', ...proof } : { kind: 'code', ...proof };
      await asking.hashing(() =>
        asking.call(at(tenantOf(asking), 'identity.stepUp', 'operators.stepUp', input)),
      );
      return {};
    },
  }),
];
