import { ConsoleError, type installationContract, type OperatorSession } from '../../../contract';
import { actorOf, type Handlers } from '../../door';
import { type Account, createCredentials } from '../../mechanism/credentials';
import { createSignInGuard } from '../../mechanism/limiter';
import { passwordRules, requireGoodPassword } from '../../mechanism/passwords';
import type { Session, Sessions } from '../../mechanism/sessions';
import { bulkInsert } from '../../mechanism/store';
import type { ControlContext } from '../context';
import { createOperatorAccounts } from './accounts';

export { openOperatorPolicy } from './policy';

const INSERT = bulkInsert('operators', ['id', 'name', 'email', 'password', 'created_at', 'revision', 'mac']);

export { type RecoveredOperator, recordRecovery } from './recover';

/** Whether the installation still waits for its first operator. */
export async function isFirstRun({ store }: ControlContext): Promise<boolean> {
  const rows = await store.read('SELECT 1 FROM operators LIMIT 1');
  return rows.length === 0;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when an operator was added or edited outside the console */
export async function requireSealedOperators({ store, seals }: ControlContext): Promise<void> {
  for (const row of await store.read('SELECT * FROM operators')) seals.operators.require(row);
  for (const row of await store.read('SELECT * FROM second_factors')) seals.secondFactors.require(row);
}

/** The names of the operators by id. @throws ConsoleError INSTALLATION_TAMPERED when a row was edited outside the console */
export async function readOperatorNames({
  store,
  seals,
}: ControlContext): Promise<ReadonlyMap<string, string>> {
  const rows = await store.read('SELECT * FROM operators');
  return new Map(rows.map((row) => [String(row.id), String(seals.operators.require(row).name)]));
}

/** Those who run the installation, and their signing in. */
export function createOperators(
  context: ControlContext,
  sessions: Sessions,
): Handlers<Pick<typeof installationContract, 'operators' | 'account'>> {
  const { store, seals, census, ports, newId, identityPolicy, commonPasswords, secrets } = context;
  const { clock, hasher, random } = ports;
  const accounts = createOperatorAccounts(context);
  const { signIn, askAnybody, handlers } = createCredentials({
    who: 'operator',
    issuer: () => 'RISCURA Console',
    store,
    clock,
    random,
    newId,
    hasher,
    common: commonPasswords,
    sessions,
    guard: createSignInGuard({ store, clock, nameOf: (subject) => secrets.hash(subject) }),
    accounts,
    async provePassword(_email, password, account) {
      const matches = await hasher.verify(password, account?.password ?? null);
      return { account: matches ? account : null, detail: {} };
    },
    keepsPassword: async () => true,
    vouchedElsewhere: async () => false,
    secrets,
    factorRows: {
      macOf: seals.secondFactors.of,
      require: seals.secondFactors.require,
      write: (added, write) => census.write({ second_factors: added }, write),
    },
    policy: identityPolicy,
  });

  function answer(
    account: Account,
    { expiresAt, needs }: Pick<Session, 'expiresAt' | 'needs'>,
  ): OperatorSession {
    const { id, name, email, createdAt } = account;
    const { idleMinutes } = identityPolicy.current().sessions;
    return { operator: { id, name, email, createdAt }, expiresAt, needs, idleMinutes };
  }

  return {
    account: handlers,
    operators: {
      passwordRules: async () => passwordRules(identityPolicy.current().password),

      async createFirst({ name, email, password }, call) {
        if (!(await isFirstRun(context)))
          throw new ConsoleError('CONFLICT', { reason: 'There is an operator already.' });
        const policy = identityPolicy.current().password;
        requireGoodPassword(password, { person: { name, email }, policy, common: commonPasswords });
        const row = {
          id: newId(),
          name,
          email,
          password: await hasher.hash(password),
          created_at: clock.now(),
          revision: 1,
        };
        const write = {
          rows: [
            {
              into: INSERT,
              rows: [
                [row.id, name, email, row.password, row.created_at, row.revision, seals.operators.of(row)],
              ],
            },
          ],
          statements: [
            {
              sql: 'UPDATE operators SET revision = 1 WHERE (SELECT count(*) FROM operators) = 1',
              params: [],
              expect: 1,
            },
          ],
          events: [call.event({ actor: `operator:${row.id}`, target: row.id })],
        };
        await census.write({ operators: 1 }, write);
        const account = await accounts.byId(row.id);
        if (!account) throw new Error('the first operator was not kept');
        return answer(account, await signIn.begin(account, call, null, true));
      },

      async signIn(input, call) {
        const { account, session } = await signIn.withPassword(input, call);
        return answer(account, session);
      },

      askPasskey: async (_input, call) => askAnybody(call),

      async signInByPasskey({ answer: given }, call) {
        const { account, session } = await signIn.withPasskey(given, call);
        return answer(account, session);
      },

      async signOut({ reason }, call) {
        const actor = actorOf(call);
        const event = call.event({ target: actor.sessionId, detail: { reason } });
        await sessions.end(actor.sessionId, event, reason);
        call.issueCredential(null);
        return {};
      },

      async stepUp(proof, call) {
        await signIn.stepUp(proof, call);
        return {};
      },

      async current(_input, call) {
        if (!call.actor) return null;
        const account = await accounts.byId(call.actor.id);
        return account ? answer(account, call.actor) : null;
      },
    },
  };
}
