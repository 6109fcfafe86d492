import { expect, it } from 'vitest';
import { type ConsoleError, type IssuedInvitation, isConsoleError } from '../../../src/contract';
import { createCaller, problemOf } from '../../support/engine/calls';
import { startStaffed } from '../../support/engine/staffed';

/*
 * Somebody with a code tries it at other tenants, to get in there or to learn which tenants exist and who is in them.
 */

const PASSWORD = 'lantern orchard quiet sum';

it('is answered alike by another tenant, a suspended one and one that is not there', async () => {
  const { add, acme, other, operator, test } = await startStaffed();
  const ada = await add('ada.b@acme.example', 'tenant-admin');
  const oda = await add('oda@other.example', 'tenant-admin', other);
  const wishes = { name: 'Iva', email: 'iva@acme.example', role: 'user' };
  const { code } = await ada.call<IssuedInvitation>('people.invite', wishes);
  // The same address is invited there too, with a code of its own.
  await oda.call('people.invite', wishes);

  let windows = 0;
  async function answersOf(tenant: string): Promise<unknown[]> {
    const answers: unknown[] = [];
    for (const [name, more] of [
      ['people.openInvitation', {}],
      ['people.acceptInvitation', { password: PASSWORD }],
      ['people.acceptInvitation', { password: 'weak' }],
    ] as const) {
      windows += 1;
      const caller = createCaller(test.engine, `connection:${windows}`);
      const input = { email: 'iva@acme.example', code, ...more };
      const problem = await problemOf(caller.call('tenant', name, input, { tenant }));
      if (!isConsoleError(problem)) throw problem;
      const { code: answer, detail, message } = problem as ConsoleError;
      answers.push({ answer, detail, message });
    }
    return answers;
  }

  const absent = await answersOf('nowhere.example');
  expect(absent).toMatchObject([1, 2, 3].map(() => ({ answer: 'INVITATION_REFUSED' })));
  expect(await answersOf('other.example')).toEqual(absent);
  expect(await answersOf(other)).toEqual(absent);
  await operator.installation('tenants.suspend', { id: other, reason: 'unpaid' });
  expect(await answersOf('other.example')).toEqual(absent);

  const invited = createCaller(test.engine, 'connection:iva');
  const input = { email: 'iva@acme.example', code, password: PASSWORD };
  await invited.call('tenant', 'people.acceptInvitation', input, { tenant: acme });
});
