import { expect, it, onTestFinished } from 'vitest';
import { type IssuedInvitation, isConsoleError, type NewApiKey } from '../../../src/contract';
import { startTestEngine } from '../../support/engine';
import { createCaller } from '../../support/engine/calls';
import { MEMBER_PASSWORD } from '../../support/engine/members';
import { startStaffed } from '../../support/engine/staffed';

/*
 * Somebody who was removed comes back with what they kept: the session of a window, an API key, their password, a code
 * that was never used; at once, after a restart, and after their address was given to somebody else.
 */

const NEW_PASSWORD = 'lantern orchard quiet sum';

it('opens nothing with any of it', async () => {
  const { add, acme, test } = await startStaffed();
  const ada = await add('ada.b@acme.example', 'tenant-admin');
  const uma = await add('uma@acme.example', 'tenant-admin');
  const { email } = uma;
  const { secret } = await uma.call<NewApiKey>('apiKeys.create', {
    name: 'Report',
    scopes: ['analytics.view'],
    expiresInDays: 30,
  });
  const window = createCaller(test.engine, 'connection:uma');
  await window.call('tenant', 'identity.signIn', { email, password: MEMBER_PASSWORD }, { tenant: acme });
  const token = window.credential;
  const invited = { name: 'Iva', email: 'iva@acme.example', role: 'user' };
  const { code, person } = await ada.call<IssuedInvitation>('people.invite', invited);
  const ids = [uma.id, person.id];
  await ada.call('people.change', { ids, change: { kind: 'remove' }, reason: 'left' });

  let { engine } = test;
  let windows = 0;
  async function verdicts(): Promise<unknown[]> {
    const attempt = async (name: string, input: object, credential: string | null) => {
      windows += 1;
      const caller = createCaller(engine, `connection:${windows}`);
      caller.credential = credential;
      try {
        await caller.call('tenant', name, input, { tenant: acme });
        return 'done';
      } catch (problem) {
        return isConsoleError(problem) ? problem.code : problem;
      }
    };
    return [
      await attempt('overview.read', { period: '24h' }, token),
      await attempt('overview.read', { period: '24h' }, secret),
      await attempt('identity.signIn', { email, password: MEMBER_PASSWORD }, null),
      await attempt('people.acceptInvitation', { email: invited.email, code, password: NEW_PASSWORD }, null),
    ];
  }
  const refused = ['NOT_SIGNED_IN', 'NOT_SIGNED_IN', 'WRONG_CREDENTIALS', 'INVITATION_REFUSED'];
  expect(await verdicts()).toEqual(refused);
  await ada.call('people.invite', { name: 'Another', email, role: 'guest' });
  await ada.call('people.invite', invited);
  expect(await verdicts()).toEqual(refused);
  await engine.close();
  engine = startTestEngine(test.ports.files.absolute(''), { keystore: test.keystore }).engine;
  onTestFinished(() => engine.close());
  expect(await verdicts()).toEqual(refused);
});
