import { describe, expect, it } from 'vitest';
import { createCaller, problemOf } from '../../support/engine/calls';
import { startStaffed } from '../../support/engine/staffed';

/*
 * Somebody who manages people makes a service with a larger role than their own, or a key with scopes that they do
 * not hold, and does through it what is refused to themselves.
 */

const WISHES = { name: 'Copy', expiresInDays: 1 };

describe('whoever manages people', () => {
  it('gives a service no larger role and no scope than they hold: an operator', async () => {
    const { operator, acme, add, test } = await startStaffed();
    const documents = operator.call('knowledge.documents', {}, acme);
    expect(await problemOf(documents)).toMatchObject({ code: 'NOT_ALLOWED' });
    const large = operator.call('apiKeys.addService', { name: 'Large', role: 'tenant-admin' }, acme);
    expect(await problemOf(large)).toMatchObject({ code: 'NOT_ALLOWED' });

    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const service = await ada.call<{ id: string }>('apiKeys.addService', { name: 'Ours', role: 'user' });
    const asked = { ...WISHES, serviceId: service.id };
    const refused = operator.call('apiKeys.createForService', { ...asked, scopes: ['knowledge.read'] }, acme);
    expect(await problemOf(refused)).toMatchObject({ code: 'NOT_ALLOWED' });

    const { secret } = await ada.call<{ secret: string }>('apiKeys.createForService', {
      ...asked,
      scopes: ['knowledge.read'],
    });
    const program = createCaller(test.engine, 'address:10.0.0.7');
    program.credential = secret;
    expect(await program.call('tenant', 'knowledge.documents', {}, { tenant: acme })).toBeTruthy();
  });

  it('gives a service no larger role and no scope than they hold: a custom role', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const uma = await add('uma@acme.example', 'guest');
    const role = await ada.call<{ id: string }>('access.createRole', {
      name: 'People',
      permissions: ['users.manage'],
    });
    await ada.call('access.assign', { id: uma.id, role: 'guest', customRoles: [role.id] });
    const large = uma.call('apiKeys.addService', { name: 'Large', role: 'tenant-admin' });
    expect(await problemOf(large)).toMatchObject({ code: 'NOT_ALLOWED' });
    const own = await uma.call<{ id: string }>('apiKeys.addService', { name: 'Small', role: 'guest' });
    const key = uma.call('apiKeys.createForService', {
      ...WISHES,
      serviceId: own.id,
      scopes: ['users.manage', 'audit.view'],
    });
    expect(await problemOf(key)).toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('leaves a person who administers, for a service is none', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const cat = await add('cat@acme.example', 'user');
    const { permissions } = (await ada.call<{ id: string; permissions: string[] }[]>('access.people')).find(
      ({ id }) => id === ada.id,
    ) ?? { permissions: [] };
    const role = await ada.call<{ id: string }>('access.createRole', {
      name: 'All but the name',
      permissions: permissions.filter((each) => each !== 'public' && each !== 'session'),
    });
    await ada.call('access.assign', { id: cat.id, role: 'user', customRoles: [role.id] });
    await ada.call('apiKeys.addService', { name: 'Machine', role: 'tenant-admin' });
    const people = await cat.call<{ id: string; role: string; kind: string }[]>('access.people');
    expect(people.find(({ kind }) => kind === 'service')).toMatchObject({ role: 'tenant-admin' });
    const administrators = people.filter((each) => each.role === 'tenant-admin' && each.kind === 'person');
    const [last, ...others] = administrators;
    for (const { id } of others) await cat.call('access.assign', { id, role: 'user', customRoles: [] });
    const removing = cat.call('access.assign', { id: last?.id, role: 'user', customRoles: [] });
    expect(await problemOf(removing)).toMatchObject({ code: 'CONFLICT' });
  });
});
