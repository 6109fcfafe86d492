import { ConsoleError, type installationContract, type Operator } from '../../../contract';
import { actorOf, type Call, type Handlers } from '../../door';
import { createSignInGuard } from '../../mechanism/limiter';
import { passwordRules, requireGoodPassword } from '../../mechanism/passwords';
import type { Sessions } from '../../mechanism/sessions';
import { bulkInsert } from '../../mechanism/store';
import type { SqlRow } from '../../ports';
import type { ControlContext } from '../context';

const INSERT = bulkInsert('operators', ['id', 'name', 'email', 'password', 'created_at', 'revision', 'mac']);

export { recordRecovery } from './recover';

/** Whether the installation still waits for its first operator. */
export async function isFirstRun({ store }: ControlContext): Promise<boolean> {
  const rows = await store.read('SELECT 1 FROM operators LIMIT 1');
  return rows.length === 0;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when an operator was added or edited outside the console */
export async function requireSealedOperators({ store, seals }: ControlContext): Promise<void> {
  for (const row of await store.read('SELECT * FROM operators')) seals.operators.require(row);
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
): Handlers<(typeof installationContract)['operators']> {
  const { store, seals, census, ports, newId } = context;
  const guard = createSignInGuard(ports.clock);

  async function begin(row: SqlRow, call: Call, detail: { first: boolean }) {
    const operator = operatorFrom(row);
    const { session, token } = await sessions.begin({ id: operator.id, role: 'operator' }, (begun) =>
      call.event({ event: 'operator.signed-in', actor: `operator:${operator.id}`, target: begun.id, detail }),
    );
    call.issueCredential(token);
    return { operator, expiresAt: session.expiresAt };
  }

  async function refuse(call: Call, row: SqlRow | null): Promise<never> {
    const actor = row ? `operator:${row.id}` : `unknown:${call.source}`;
    await store.write({ events: [call.event({ actor, outcome: 'refused' })] });
    throw new ConsoleError('WRONG_CREDENTIALS');
  }

  async function find(column: 'id' | 'email', value: string): Promise<SqlRow | null> {
    const [row] = await store.read(`SELECT * FROM operators WHERE ${column} = ?`, [value]);
    return row ? seals.operators.require(row) : null;
  }

  return {
    passwordRules: async () => passwordRules(),

    async createFirst({ name, email, password }, call) {
      if (!(await isFirstRun(context)))
        throw new ConsoleError('CONFLICT', { reason: 'There is an operator already.' });
      requireGoodPassword(password, { name, email });
      const row = {
        id: newId(),
        name,
        email,
        password: await ports.hasher.hash(password),
        created_at: ports.clock.now(),
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
      return begin(row, call, { first: true });
    },

    async signIn({ email, password }, call) {
      const succeeded = guard.begin(call.source, email);
      const row = await find('email', email);
      const matches = await ports.hasher.verify(password, row ? String(row.password) : null);
      if (!row || !matches) return refuse(call, row);
      succeeded();
      return begin(row, call, { first: false });
    },

    async signOut(_input, call) {
      const actor = actorOf(call);
      await sessions.end(actor.sessionId, call.event({ target: actor.sessionId }));
      call.issueCredential(null);
      return {};
    },

    async stepUp({ password }, call) {
      const actor = actorOf(call);
      const succeeded = guard.begin(call.source, actor.id);
      const row = await find('id', actor.id);
      if (!row || !(await ports.hasher.verify(password, String(row.password)))) return refuse(call, row);
      await sessions.prove(actor.sessionId, call.event({ target: actor.sessionId }));
      succeeded();
      return {};
    },

    async current(_input, call) {
      if (!call.actor) return null;
      const row = await find('id', call.actor.id);
      return row ? { operator: operatorFrom(row), expiresAt: call.actor.expiresAt } : null;
    },
  };
}

function operatorFrom(row: SqlRow): Operator {
  return {
    id: String(row.id),
    name: String(row.name),
    email: String(row.email),
    createdAt: Number(row.created_at),
  };
}
