import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import type { TenantRole } from '../../../src/contract';
import { createIds } from '../../../src/engine/mechanism/ids';
import type { TestEngine } from './index';
import { tenantFile } from './soundness';

/** The password of every account that {@link addMember} adds. */
export const MEMBER_PASSWORD = 'four words go here';

/** An account that a test adds. */
export interface Member {
  readonly id: string;
  readonly email: string;
  readonly role: TenantRole;
}

/** Adds an account to a tenant, over a connection of its own. The password is hashed as `quickHasher` does. */
export async function addMember(
  { ports, keystore }: TestEngine,
  tenant: string,
  { email, role }: { email: string; role: TenantRole },
): Promise<Member> {
  const key = keystore.keys.get(`tenant:${tenant}`) ?? null;
  const database = await createSqlcipherDriver().open(tenantFile(ports.files.absolute(''), tenant), key);
  const id = createIds(ports.clock, ports.random)();
  try {
    await database.commit([
      {
        sql: `INSERT INTO users (id, name, email, role, state, password, created_at)
              VALUES (?, ?, ?, ?, 'active', ?, ?)`,
        params: [id, email.split('@')[0] ?? '', email, role, `quick:${MEMBER_PASSWORD}`, ports.clock.now()],
      },
    ]);
  } finally {
    await database.close();
  }
  return { id, email, role };
}
