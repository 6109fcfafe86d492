import type { Role } from '../../../contract';
import type { Account, Accounts } from '../../mechanism/credentials';
import type { Store } from '../../mechanism/store';
import type { SqlRow } from '../../ports';

function accountFrom(row: SqlRow): Account {
  return {
    id: String(row.id),
    name: String(row.name),
    email: String(row.email),
    role: row.role as Role,
    // A service has keys and no password that anybody knows.
    isActive: row.state === 'active' && row.kind === 'person',
    password: String(row.password),
    createdAt: Number(row.created_at),
  };
}

/** The accounts of the tenant's members. */
export function createMemberAccounts(store: Store): Accounts {
  async function find(column: 'id' | 'email', value: string): Promise<Account | null> {
    const [row] = await store.read(`SELECT * FROM users WHERE ${column} = ?`, [value]);
    return row ? accountFrom(row) : null;
  }

  return {
    byId: (id) => find('id', id),
    byEmail: (email) => find('email', email),
    async setPassword({ id, password }, phc) {
      const sql = 'UPDATE users SET password = ? WHERE id = ? AND password = ?';
      return { sql, params: [phc, id, password], expect: 1 };
    },
  };
}
