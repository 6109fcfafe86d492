import type { Command } from 'commander';
import { EXIT, Failure } from '../failure';
import { timeOf } from '../output/text';
import { notSignedIn } from '../session/caller';
import type { KeptSession } from '../session/store';
import type { CommandContext, Session } from './context';
import type { Definer } from './define';

/** Somebody who is signed in, as the console sees them now. */
interface Known {
  readonly as: 'operator' | 'member' | 'api-key';
  /** The domain as it was typed at sign-in, or the id. */
  readonly tenant: string | null;
  readonly tenantId: string | null;
  readonly name: string | null;
  readonly email: string | null;
  /** What the console does not tell of a key is `null`. */
  readonly role: string | null;
  readonly permissions: readonly string[] | null;
  /** When the session ends at the latest, in milliseconds since 1970. */
  readonly endsAt: number | null;
}

/** @returns `null` for a session that is over; it is forgotten then */
export async function lookUp({ link, sessions, store }: Session, kept: KeptSession): Promise<Known | null> {
  try {
    const token = await link.caller.credential(kept.tenantId);
    if (token === null) return null;
    const { tenantId, person, role, permissions, expiresAt } = await sessions.current(token);
    const { name = null, email = kept.email } = person ?? {};
    const as = tenantId === null ? 'operator' : 'member';
    return { as, tenant: kept.tenant, tenantId, name, email, role, permissions, endsAt: expiresAt };
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.problem.status !== 401) throw problem;
    store.forget(kept);
    return null;
  }
}

/** A key may not ask whose it is; that it is refused for its scopes alone says that it is good. @throws Failure */
async function keyOf({ client, inTenant, tenant }: Session): Promise<Known> {
  try {
    await client.tenant.configuration.models({}, inTenant());
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.problem.code !== 'NOT_ALLOWED') throw problem;
  }
  return {
    as: 'api-key',
    tenant,
    tenantId: tenant,
    name: null,
    email: null,
    role: null,
    permissions: null,
    endsAt: null,
  };
}

/** Says who is signed in. */
export function showKnown({ output }: CommandContext, { target }: Session, known: readonly Known[]) {
  if (output.json) return output.value({ target, sessions: known });
  output.table(
    [
      { title: 'AS', of: ({ as }) => as },
      { title: 'TENANT', of: ({ tenant }) => tenant ?? '-', shrinks: true },
      { title: 'NAME', of: ({ name }) => name ?? '-', shrinks: true },
      { title: 'E-MAIL', of: ({ email }) => email ?? '-', shrinks: true },
      { title: 'ROLE', of: ({ role }) => role ?? '-' },
      { title: 'ENDS', of: ({ endsAt }) => timeOf(endsAt) },
    ],
    known,
  );
}

export function addWhoami(program: Command, { leaf }: Definer): void {
  leaf(
    program,
    {
      usage: 'whoami',
      summary: 'Who is signed in here, with role and permissions',
      examples: ['riscura whoami', 'riscura whoami --json | jq ".sessions[].permissions"'],
    },
    async (context) => {
      const session = await context.open();
      const known: Known[] = [];
      if (session.byKey) known.push(await keyOf(session));
      else
        for (const kept of session.store.read()) {
          const one = await lookUp(session, kept);
          if (one) known.push(one);
        }
      if (known.length === 0) throw notSignedIn(null);
      showKnown(context, session, known);
      return EXIT.ok;
    },
  );
}
