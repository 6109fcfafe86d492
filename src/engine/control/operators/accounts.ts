import type { Account, Accounts } from '../../mechanism/credentials';
import type { SqlRow } from '../../ports';
import type { ControlContext } from '../context';

function accountFrom(row: SqlRow): Account {
  return {
    id: String(row.id),
    name: String(row.name),
    email: String(row.email),
    role: 'operator',
    isActive: true,
    password: String(row.password),
    createdAt: Number(row.created_at),
  };
}

/** The accounts of the operators. @throws ConsoleError INSTALLATION_TAMPERED for a row that was edited by hand */
export function createOperatorAccounts({ store, seals }: ControlContext): Accounts {
  async function find(column: 'id' | 'email', value: string): Promise<SqlRow | null> {
    const [row] = await store.read(`SELECT * FROM operators WHERE ${column} = ?`, [value]);
    return row ? seals.operators.require(row) : null;
  }

  async function account(column: 'id' | 'email', value: string): Promise<Account | null> {
    const row = await find(column, value);
    return row ? accountFrom(row) : null;
  }

  return {
    byId: (id) => account('id', id),
    byEmail: (email) => account('email', email),
    async setPassword({ id }, phc) {
      const row = await find('id', id);
      if (!row) throw new Error('an operator without a row has no password');
      const next = { ...row, password: phc, revision: Number(row.revision) + 1 };
      return {
        sql: 'UPDATE operators SET password = ?, revision = ?, mac = ? WHERE id = ? AND revision = ?',
        params: [phc, next.revision, seals.operators.of(next), id, Number(row.revision)],
        expect: 1,
      };
    },
  };
}
