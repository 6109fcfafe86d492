import { describe, expect, it } from 'vitest';
import type { AccountAccess } from '../../../src/contract';
import { startStaffed } from '../../support/engine/staffed';
import { ADMINISTRATOR } from '../../support/engine/world';

describe('the last administrator', () => {
  it('cannot be locked out, not even by two who demote each other in the same moment', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const bob = await add('bob@acme.example', 'tenant-admin');
    const people = await ada.call<AccountAccess[]>('access.people');
    const first = people.find(({ email }) => email === ADMINISTRATOR.email);
    await ada.call('access.assign', { id: first?.id, role: 'user', customRoles: [] });
    const demote = (who: typeof ada, id: string) =>
      who.call('access.assign', { id, role: 'user', customRoles: [] }).then(
        () => 'done',
        (problem: { code: string }) => problem.code,
      );
    const outcomes = await Promise.all([demote(ada, bob.id), demote(bob, ada.id)]);
    expect(outcomes.sort()).toEqual(['CONFLICT', 'done']);
  });

  it('stays when only somebody with all of their permissions in a custom role would', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const kim = await add('kim@acme.example', 'guest');
    const people = await ada.call<AccountAccess[]>('access.people');
    const first = people.find(({ email }) => email === ADMINISTRATOR.email);
    await ada.call('access.assign', { id: first?.id, role: 'user', customRoles: [] });
    const mine = people.find(({ id }) => id === ada.id)?.permissions ?? [];
    const permissions = mine.filter((permission) => permission !== 'public' && permission !== 'session');
    const deputy = await ada.call<{ id: string }>('access.createRole', { name: 'Deputy', permissions });
    await ada.call('access.assign', { id: kim.id, role: 'guest', customRoles: [deputy.id] });
    await expect(
      kim.call('access.assign', { id: ada.id, role: 'user', customRoles: [] }),
    ).rejects.toMatchObject({ code: 'CONFLICT', detail: { reason: expect.stringContaining('last') } });
  });
});
