import { expect, it } from 'vitest';
import { type IssuedInvitation, isConsoleError, type PersonDetails } from '../../../src/contract';
import { type Person, startStaffed } from '../../support/engine/staffed';

/*
 * Somebody who manages people, and nothing else, makes themselves an administrator or shuts one out: by having a new
 * code made for an administrator and using it themselves, by taking away their second factor, by moving their account
 * to another address, by raising somebody, by disabling or removing who could stop them.
 */

const verdictOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (problem: unknown) => (isConsoleError(problem) ? problem.code : problem),
  );

async function deskAt({ call }: Person, id: string): Promise<void> {
  const permissions = ['users.manage'];
  const role = await call<{ id: string }>('access.createRole', { name: 'Desk', permissions });
  await call('access.assign', { id, role: 'user', customRoles: [role.id] });
}

it('is refused everything about somebody who may do more, and every role', async () => {
  const { add } = await startStaffed();
  const ada = await add('ada.b@acme.example', 'tenant-admin');
  const bob = await add('bob@acme.example', 'tenant-admin');
  const hal = await add('hal@acme.example', 'user');
  const gil = await add('gil@acme.example', 'guest');
  await deskAt(ada, hal.id);
  const invited = await ada.call<IssuedInvitation>('people.invite', {
    name: 'Bea',
    email: 'bea@acme.example',
    role: 'tenant-admin',
  });

  async function updateOf(id: string, wishes: object): Promise<unknown> {
    const { name, email, role, customRoles } = await ada.call<PersonDetails>('people.read', { id });
    const was = { name, email, role, customRoles: customRoles.map((each) => each.id) };
    return hal.call('people.update', { id, ...was, ...wishes, was });
  }
  const reason = 'a case';
  const change = (id: string, what: object) => hal.call('people.change', { ids: [id], change: what, reason });
  const attempts: readonly (() => Promise<unknown>)[] = [
    () => hal.call('people.reissue', { id: invited.person.id }),
    () => hal.call('people.withdraw', { id: invited.person.id }),
    () => hal.call('people.resetPassword', { id: bob.id, reason }),
    () => hal.call('account.resetSecondFactor', { personId: bob.id, reason }),
    () => updateOf(bob.id, { email: 'hal.too@acme.example' }),
    () => updateOf(gil.id, { role: 'user' }),
    () => updateOf(hal.id, { role: 'tenant-admin' }),
    () => change(bob.id, { kind: 'disable' }),
    () => change(bob.id, { kind: 'remove' }),
    () => change(bob.id, { kind: 'role', role: 'guest' }),
    () => change(gil.id, { kind: 'role', role: 'user' }),
    () => change(hal.id, { kind: 'role', role: 'tenant-admin' }),
  ];
  for (const [at, attempt] of attempts.entries()) {
    expect([at, await verdictOf(attempt())]).toEqual([at, 'NOT_ALLOWED']);
  }
  expect(await verdictOf(change(gil.id, { kind: 'disable' }))).toBe('done');
  await bob.call('identity.current');
  expect(await verdictOf(ada.call('people.reissue', { id: invited.person.id }))).toBe('done');
});
