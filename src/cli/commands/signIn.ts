import type { Command } from 'commander';
import type { SignInNeed } from '../../contract';
import { EXIT, Failure, failure } from '../failure';
import { askAtTerminal } from '../secrets';
import { aloneWith } from '../session/alone';
import type { IssuedSession } from '../session/service';
import type { KeptSession } from '../session/store';
import type { CommandContext, Session } from './context';
import type { Definer } from './define';
import { lookUp, showKnown } from './whoami';

/** What a sign-in may still wait for when it cannot go on here. */
const ELSEWHERE = {
  'second-factor': 'The code of the second factor did not finish it.',
  enrolment: 'A second factor has to be set up first.',
  'new-password': 'A new password has to be set first.',
} as const;

export function addSignIn(program: Command, { leaf }: Definer): void {
  leaf<{ email?: string }>(
    program,
    {
      usage: 'sign-in',
      summary: 'Sign in as an operator, or with --tenant as a member of a tenant',
      examples: [
        'riscura sign-in --email olga@site.example',
        'riscura sign-in --tenant acme.example --email ada@acme.example',
        'riscura sign-in --email olga@site.example --password-file - < /run/credentials/password',
      ],
      more: 'The session is kept in a file of your own (XDG_STATE_HOME). A code of a second factor stands on the second line of the password file.',
    },
    async (context, _args, { email, tenant }) => {
      const session = await context.open();
      const address = email ?? (await askAtTerminal('E-mail: ', false));
      if (!address) throw failure('USAGE', 'It does not say who signs in.', 'Name the address with --email.');
      const password = await context.secrets.password(`Password of ${address}: `);
      const kept = await signIn(context, session, { email: address, password, ...(tenant && { tenant }) });
      const known = await lookUp(session, kept);
      showKnown(context, session, known ? [known] : []);
      return EXIT.ok;
    },
  ).option('--email <address>', 'who signs in');

  leaf(
    program,
    {
      usage: 'sign-out',
      summary: 'End the sessions kept for this console, or with --tenant the one of that tenant',
      examples: ['riscura sign-out', 'riscura sign-out --tenant acme.example'],
    },
    async (context, _args, { tenant }) => {
      const { store, sessions } = await context.open();
      const ending = store
        .read()
        .filter((one) => !tenant || one.tenant === tenant || one.tenantId === tenant);
      for (const session of ending) {
        store.forget(session);
        await end(sessions, session);
      }
      if (context.output.json) context.output.value({ ended: ending.length });
      else context.output.say(ending.length === 0 ? 'Nobody was signed in.' : 'Signed out.');
      return EXIT.ok;
    },
  );
}

/** @throws Failure */
async function signIn(
  { secrets }: CommandContext,
  { store, sessions }: Session,
  wishes: { tenant?: string; email: string; password: string },
): Promise<KeptSession> {
  const issued = await sessions.signIn(wishes);
  try {
    const { accessToken } = issued;
    let { needs = null } = issued;
    if (needs === 'second-factor') {
      needs = await sessions.confirm(accessToken, await secrets.code('Code of your second factor: '));
    }
    if (needs !== null) throw incomplete(needs);
  } catch (problem) {
    // One that was not finished is of no use to anybody.
    await sessions.signOut(issued.accessToken);
    throw problem;
  }
  const kept = keptFrom(issued, wishes);
  await aloneWith(store, async () => store.keep(kept));
  return kept;
}

function incomplete(need: SignInNeed): Failure {
  return new Failure(
    {
      type: 'urn:riscura:error:SIGN_IN_INCOMPLETE',
      title: 'The sign-in is not finished.',
      code: 'SIGN_IN_INCOMPLETE',
      status: 401,
      detail: ELSEWHERE[need],
      next: 'Sign in once in the console’s window or in the web console, then again here.',
    },
    EXIT.notSignedIn,
  );
}

function keptFrom(issued: IssuedSession, wishes: { tenant?: string; email: string }): KeptSession {
  const { accessToken, refreshToken, expiresAt, tenantId } = issued;
  const tenant = wishes.tenant ?? null;
  return { tenant, tenantId, email: wishes.email, accessToken, refreshToken, expiresAt };
}

/** One that is over already is what was wanted. */
async function end(sessions: Session['sessions'], kept: KeptSession): Promise<void> {
  try {
    const { accessToken } = kept.expiresAt > Date.now() ? kept : await sessions.refresh(kept.refreshToken);
    await sessions.signOut(accessToken);
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.problem.status !== 401) throw problem;
  }
}
