import type { Command } from 'commander';
import { EXIT, Failure, failure } from '../failure';
import { timeOf } from '../output/text';
import { askAtTerminal } from '../secrets';
import { notSignedIn } from '../session/caller';
import type { IssuedSession } from '../session/service';
import type { KeptSession } from '../session/store';
import type { CommandContext, Session } from './context';
import type { Definer } from './define';

/** What a sign-in still waits for and cannot be given here. */
const ELSEWHERE = {
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
      say(context, session, [kept]);
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

  leaf(
    program,
    {
      usage: 'whoami',
      summary: 'Who is signed in here',
      examples: ['riscura whoami', 'riscura whoami --json'],
    },
    async (context) => {
      const session = await context.open();
      if (session.byKey) return whoseKey(context, session);
      const kept = session.store.read();
      if (kept.length === 0) throw notSignedIn(null);
      say(context, session, kept);
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
  let issued = await sessions.signIn(wishes);
  if (issued.needs === 'second-factor') {
    await sessions.signOut(issued.accessToken);
    const code = await secrets.code('Code of your second factor: ');
    issued = await sessions.signIn({ ...wishes, code });
  }
  if (issued.needs !== null && issued.needs !== 'second-factor') {
    await sessions.signOut(issued.accessToken);
    throw incomplete(ELSEWHERE[issued.needs]);
  }
  const kept = keptFrom(issued, wishes);
  store.keep(kept);
  return kept;
}

function incomplete(detail: string): Failure {
  return new Failure(
    {
      type: 'urn:riscura:error:SIGN_IN_INCOMPLETE',
      title: 'The sign-in is not finished.',
      code: 'SIGN_IN_INCOMPLETE',
      status: 401,
      detail,
      next: 'Sign in once in the console’s window, then again here.',
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

async function whoseKey(context: CommandContext, session: Session) {
  const { client, inTenant, target, tenant } = session;
  // The least that a key may be good for differs; what it answers says whether it opens anything.
  const models = await client.tenant.configuration.models({}, inTenant());
  const shown = {
    target,
    sessions: [{ as: 'api-key', tenant, tenantId: tenant, email: null, expiresAt: null }],
  };
  if (context.output.json) context.output.value(shown);
  else
    context.output.facts([
      ['Console', target],
      ['API key of', tenant],
      ['Models', models.length],
    ]);
  return EXIT.ok;
}

function say({ output }: CommandContext, { target }: Session, kept: readonly KeptSession[]) {
  const shown = kept.map(({ tenant, tenantId, email, expiresAt }) => ({
    as: tenantId === null ? 'operator' : 'member',
    tenant,
    tenantId,
    email,
    expiresAt,
  }));
  if (output.json) return output.value({ target, sessions: shown });
  output.table(
    [
      { title: 'AS', of: ({ as }) => as },
      { title: 'TENANT', of: ({ tenant }) => tenant ?? '-', shrinks: true },
      { title: 'E-MAIL', of: ({ email }) => email, shrinks: true },
      { title: 'RENEWED BY', of: ({ expiresAt }) => timeOf(expiresAt) },
    ],
    shown,
  );
}
