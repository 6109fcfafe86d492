import { describe, expect, it } from 'vitest';
import type { AccountAccess, CustomRole } from '../../../src/contract';
import { applied, csvFile, previewOf } from '../../support/engine/importing';
import { startStaffed } from '../../support/engine/staffed';

/** Somebody who may manage people and access, and holds no more than a user besides. */
async function withSteward() {
  const staffed = await startStaffed();
  const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
  const kim = await staffed.add('kim@acme.example', 'user');
  const permissions = ['users.manage', 'access.manage', 'access.view'];
  const steward = await ada.call<CustomRole>('access.createRole', { name: 'Steward', permissions });
  await ada.call('access.assign', { id: kim.id, role: 'user', customRoles: [steward.id] });
  const auditor = await ada.call<CustomRole>('access.createRole', {
    name: 'Auditor',
    permissions: ['audit.view'],
  });
  return { ...staffed, ada, kim, auditor };
}

describe('a file that gives a role which the importer does not hold', () => {
  it('is refused line by line, for new people, for others and for the importer', async () => {
    const { kim, ada, add } = await withSteward();
    const uma = await add('uma@acme.example', 'guest');
    const file = csvFile(
      [
        'email,name,role,custom roles',
        'eve@evil.example,Eve,admin,',
        'mole@evil.example,Mole,user,Auditor',
        `${uma.email},uma,tenant-admin,`,
        `${kim.email},kim,admin,Steward`,
        `${ada.email},ada.b,guest,`,
        'fine@acme.example,Fine,user,',
      ].join('\n'),
    );
    const looked = await previewOf(kim, file);
    expect(looked.preview.lines.map(({ email, problem }) => [email.split('@')[0], problem])).toEqual([
      ['eve', 'role-not-held'],
      ['mole', 'role-not-held'],
      ['uma', 'role-not-held'],
      ['kim', 'own-account'],
      ['ada.b', 'role-not-held'],
      ['fine', null],
    ]);
    await expect(applied(kim, looked)).rejects.toMatchObject({ code: 'CONFLICT' });
    const people = await ada.call<AccountAccess[]>('access.people');
    expect(people.find(({ id }) => id === uma.id)).toMatchObject({ role: 'guest' });
    expect(people.some(({ email }) => email.endsWith('@evil.example'))).toBe(false);
  });

  it('is not applied with the preview of somebody who does', async () => {
    const { kim, ada } = await withSteward();
    const looked = await previewOf(ada, csvFile('email,name,role\neve@evil.example,Eve,admin'));
    expect(looked.preview.counts.error).toBe(0);
    await expect(applied(kim, looked)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is not applied by who held it when it was previewed and does not any more', async () => {
    const { kim, ada } = await withSteward();
    const looked = await previewOf(kim, csvFile('email,name,role\nu@acme.example,U,user'));
    await ada.call('access.assign', {
      id: kim.id,
      role: 'guest',
      customRoles: (await ada.call<CustomRole[]>('access.roles'))
        .filter(({ name }) => name === 'Steward')
        .map(({ id }) => id),
    });
    await expect(applied(kim, looked)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});
