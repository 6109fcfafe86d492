import { expect, it } from 'vitest';
import { type IssuedInvitation, isConsoleError } from '../../../src/contract';
import { type Person, startStaffed } from '../../support/engine/staffed';

/*
 * Somebody who manages people, and nothing else, makes themselves an administrator: by having a new code made for an
 * administrator who was invited and using it themselves.
 */

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (problem: unknown) => (isConsoleError(problem) ? problem.code : problem),
  );

async function deskAt({ call }: Person, id: string): Promise<void> {
  const permissions = ['users.manage'];
  const role = await call<{ id: string }>('access.createRole', { name: 'Desk', permissions });
  await call('access.assign', { id, role: 'user', customRoles: [role.id] });
}

it('is refused a code of somebody who may do more', async () => {
  const { add } = await startStaffed();
  const ada = await add('ada.b@acme.example', 'tenant-admin');
  const hal = await add('hal@acme.example', 'user');
  await deskAt(ada, hal.id);
  const { person } = await ada.call<IssuedInvitation>('people.invite', {
    name: 'Bea',
    email: 'bea@acme.example',
    role: 'tenant-admin',
  });
  expect(await codeOf(hal.call('people.reissue', { id: person.id }))).toBe('NOT_ALLOWED');
  expect(await codeOf(hal.call('people.withdraw', { id: person.id }))).toBe('NOT_ALLOWED');
  expect(await codeOf(ada.call('people.reissue', { id: person.id }))).toBe('done');
});
