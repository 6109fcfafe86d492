import { ConsoleError, type PasskeyAnswer, type SignOnChoice, tenantContract } from '../../../contract';
import {
  type Call,
  type CallRequest,
  type CallResult,
  createDoor,
  type Door,
  type Handlers,
} from '../../door';
import { createSignInGuard } from '../../mechanism/limiter';
import type { Session } from '../../mechanism/sessions';
import { createCeremonies, holderOf, requestOptions, requirePage } from '../../mechanism/webauthn';
import type { ControlContext } from '../context';
import type { TenantPool } from './pool';

/** Addresses that are remembered, for the waits of whoever guesses. */
const MOST_ADDRESSES = 1_000;

type TenantHandlers = Handlers<typeof tenantContract>;

interface StrangersOptions {
  readonly context: ControlContext;
  readonly authenticateOperator: (credential: string | null) => Promise<Session>;
  /** What is known of an account in a tenant that is there but shut. */
  readonly accountOf: TenantPool['accountOf'];
  /** The providers of sign-on that a tenant offers to everybody; none for an address that nobody has. */
  readonly choicesOf: (address: string) => SignOnChoice[];
}

/**
 * Answers whoever has no session in the tenant they address, whether there is such a tenant or not: the same steps,
 * errors and waits as at a tenant's own door. Only for a tenant that is shut its database is opened, to hold the password
 * against it: a member is told why it is shut. An operator is told that the tenant is not there.
 */
export function createStrangersDoor({
  context,
  authenticateOperator,
  accountOf,
  choicesOf,
}: StrangersOptions): {
  call(address: string, request: CallRequest): Promise<CallResult>;
} {
  const { ports, store, newId, secrets } = context;
  const doors = new Map<string, Door>();
  const ceremonies = createCeremonies(ports);

  function createDoorFor(address: string): Door {
    // Kept as a tenant's own failures are: a restart must not tell the two apart.
    const nameOf = (subject: string) => secrets.hash(JSON.stringify([address, subject]));
    const guard = createSignInGuard({ store, table: 'stranger_failures', clock: ports.clock, nameOf });

    async function signIn(
      { email, password }: { email: string; password: string },
      call: Call,
    ): Promise<never> {
      const attempt = await guard.begin(call.source, email);
      const account = await accountOf(address, email);
      const matches = await ports.hasher.verify(password, account?.hash ?? null);
      const isKnown = account !== null && matches;
      await store.write({
        statements: isKnown ? attempt.succeeded : attempt.failed,
        events: [call.event({ outcome: 'refused' })],
      });
      if (!isKnown) throw new ConsoleError('WRONG_CREDENTIALS');
      attempt.succeed();
      throw account.shut;
    }

    const inviteeGuard = createSignInGuard({
      store,
      table: 'stranger_failures',
      clock: ports.clock,
      nameOf: (subject) => nameOf(`invitation ${subject}`),
    });

    async function refuseInvitation({ email }: { email: string }, call: Call): Promise<never> {
      const attempt = await inviteeGuard.begin(call.source, email);
      await store.write({ statements: attempt.failed, events: [call.event({ outcome: 'refused' })] });
      throw new ConsoleError('INVITATION_REFUSED');
    }

    /** As a tenant's own door asks. Whatever is answered here is refused. */
    async function askPasskey(_input: object, call: Call) {
      const page = requirePage(call);
      const { source } = call;
      const challenge = ceremonies.begin({ purpose: 'sign-in', owner: source, source, page, kind: null });
      return requestOptions(challenge, page, []);
    }

    async function refusePasskey({ answer }: { answer: PasskeyAnswer }, call: Call): Promise<never> {
      const attempt = await guard.begin(call.source, `passkey ${holderOf(answer)}`);
      requirePage(call);
      await store.write({ statements: attempt.failed, events: [call.event({ outcome: 'refused' })] });
      throw new ConsoleError('PASSKEY_REFUSED');
    }

    const absent = absentHandlers();
    const people = {
      ...absent.people,
      openInvitation: refuseInvitation,
      acceptInvitation: refuseInvitation,
    };
    return createDoor({
      contract: tenantContract,
      handlers: {
        ...absent,
        people,
        identity: {
          ...absent.identity,
          signIn,
          askPasskey,
          signInByPasskey: refusePasskey,
          signOnChoices: async () => choicesOf(address),
        },
      },
      authenticate: authenticateOperator,
      store,
      clock: ports.clock,
      log: ports.log,
      newIncident: newId,
      keyedHash: secrets.hash,
      onStoreProblem: (problem) => ports.log.error('the catalogue failed', problem),
    });
  }

  function doorFor(address: string): Door {
    const known = doors.get(address);
    if (known) return known;
    if (doors.size >= MOST_ADDRESSES) doors.delete(doors.keys().next().value ?? '');
    const door = createDoorFor(address);
    doors.set(address, door);
    return door;
  }

  return { call: (address, request) => doorFor(address).call(request) };
}

/** Every procedure of a tenant that is not there. */
function absentHandlers(): TenantHandlers {
  const absent = async () => {
    throw new ConsoleError('NOT_FOUND');
  };
  const capabilities = Object.entries(tenantContract).map(([capability, procedures]) => [
    capability,
    Object.fromEntries(Object.keys(procedures).map((name) => [name, absent])),
  ]);
  return Object.fromEntries(capabilities) as TenantHandlers;
}
