import { describe, expect, it } from 'vitest';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import { type AccountAccess, ASSIGNABLE, type CustomRole, Permission } from '../../../src/contract';
import { tenantFile } from '../../support/engine/soundness';
import { type Person, startStaffed } from '../../support/engine/staffed';

/** Somebody who may manage access, but holds nothing else besides what a guest does. */
async function withKeeper() {
  const staffed = await startStaffed();
  const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
  const kim = await staffed.add('kim@acme.example', 'guest');
  const permissions = ['access.manage', 'access.view'];
  const keeper = await ada.call<CustomRole>('access.createRole', { name: 'Keeper', permissions });
  await ada.call('access.assign', { id: kim.id, role: 'guest', customRoles: [keeper.id] });
  return { ...staffed, ada, kim, keeper };
}

const createRole = (person: Person, permissions: readonly string[]) =>
  person.call<CustomRole>('access.createRole', { name: `Role ${permissions.join(' ')}`, permissions });

describe('somebody who wants more than they have', () => {
  it('composes no role of a permission that only an operator has', async () => {
    const { ada } = await withKeeper();
    const notTheirs = Permission.options.filter((permission) => !ASSIGNABLE.includes(permission));
    expect(notTheirs).toContain('tenants.manage');
    for (const permission of notTheirs) {
      await expect(createRole(ada, [permission])).rejects.toMatchObject({ code: 'BAD_INPUT' });
    }
    await expect(createRole(ada, ['root'])).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('composes, widens and gives no role that holds more than they do', async () => {
    const { ada, kim, keeper, add } = await withKeeper();
    const uma = await add('uma@acme.example', 'guest');
    await expect(createRole(kim, ['knowledge.read'])).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    const { id, revision } = keeper;
    const wider = { id, revision, name: 'Keeper', permissions: [...keeper.permissions, 'users.manage'] };
    await expect(kim.call('access.updateRole', wider)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    const strong = await createRole(ada, ['users.manage']);
    const give = { id: uma.id, role: 'guest', customRoles: [strong.id] };
    await expect(kim.call('access.assign', give)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(
      kim.call('access.assign', { id: uma.id, role: 'tenant-admin', customRoles: [] }),
    ).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('changes nothing of their own, not even down and up again', async () => {
    const { ada, kim, keeper } = await withKeeper();
    for (const [person, role] of [
      [kim, 'tenant-admin'],
      [kim, 'guest'],
      [ada, 'tenant-admin'],
    ] as const) {
      await expect(
        person.call('access.assign', { id: person.id, role, customRoles: [keeper.id] }),
      ).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    }
  });

  it('takes nothing from somebody who holds more', async () => {
    const { ada, kim, add } = await withKeeper();
    const bob = await add('bob@acme.example', 'tenant-admin');
    await expect(
      kim.call('access.assign', { id: bob.id, role: 'guest', customRoles: [] }),
    ).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    const strong = await createRole(ada, ['users.manage']);
    await expect(kim.call('access.removeRole', { id: strong.id })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
  });

  it('gains nothing from a role that was written into the database with an operator’s permission', async () => {
    const { test, acme, kim, keeper, ada } = await withKeeper();
    const key = test.keystore.keys.get(`tenant:${acme}`) ?? null;
    const file = tenantFile(test.ports.files.absolute(''), acme);
    const database = await createSqlcipherDriver().open(file, key);
    const smuggled = JSON.stringify(['break-glass.use', 'tenants.manage', 'isolation.view', 'root']);
    await database.commit([
      { sql: 'UPDATE custom_roles SET permissions = ? WHERE id = ?', params: [smuggled, keeper.id] },
    ]);
    await database.close();
    const people = await ada.call<AccountAccess[]>('access.people');
    const shown = people.find(({ id }) => id === kim.id);
    expect([...(shown?.permissions ?? [])].sort()).toEqual(['isolation.view', 'public', 'session']);
  });
});
