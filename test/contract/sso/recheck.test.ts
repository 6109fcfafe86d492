import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TenantSession, User } from '../../../src/contract';
import { problemOf } from '../../support/engine/calls';
import { TestClock } from '../../support/engine/testClock';
import { addGroup, addPerson, noSlapd, personDn, type Slapd, startSlapd } from '../../support/sso/slapd';
import { ldapDraft, openSsoWorld, type SsoWorld } from '../../support/sso/world';

const MINUTE = 60_000;
const cleanUp: (() => Promise<void>)[] = [];

interface Scene {
  readonly clock: TestClock;
  readonly slapd: Slapd;
  readonly world: SsoWorld;
  readonly member: ReturnType<SsoWorld['window']>;
}

/** A tenant with a directory, and somebody of it who is signed in. */
async function open(graceMinutes: number): Promise<Scene> {
  const clock = new TestClock(Date.now());
  const slapd = await startSlapd((end) => cleanUp.push(end));
  const world = await openSsoWorld((end) => cleanUp.push(end), { clock });
  await addPerson(slapd.admin, 'lea');
  await addPerson(slapd.admin, 'max');
  await addGroup(slapd.admin, 'staff', [personDn('lea'), personDn('max')]);
  const draft = { ...ldapDraft(slapd), graceMinutes };
  const { id } = await world.ask<{ id: string }>(world.administrator, 'sso.add', { draft });
  await world.ask(world.administrator, 'sso.setState', { id, revision: 1, state: 'enabled' });
  const member = world.window();
  await world.ask<TenantSession>(member, 'identity.signIn', {
    email: 'lea@acme.example',
    password: 'password of lea',
  });
  return { clock, slapd, world, member };
}

describe.skipIf(noSlapd !== null)(
  `what a directory says while people work${noSlapd ? ` (skipped: ${noSlapd})` : ''}`,
  () => {
    afterEach(async () => {
      for (const clean of cleanUp.splice(0).reverse()) await clean();
    });

    it('is asked by itself before fifteen minutes are over', async () => {
      const { clock, slapd, world } = await open(0);
      await slapd.admin.del(personDn('lea'));
      clock.pass(11 * MINUTE);
      await vi.waitFor(
        async () => {
          const people = await world.ask<User[]>(world.administrator, 'users.list');
          expect(people.find(({ email }) => email === 'lea@acme.example')).toMatchObject({
            state: 'disabled',
          });
        },
        { timeout: 20_000 },
      );
    });

    it('is waited for by a call that comes when it is too old', async () => {
      const { clock, slapd, world, member } = await open(0);
      expect(await world.ask(member, 'identity.current')).toMatchObject({ role: 'user' });
      clock.pass(14 * MINUTE);
      await slapd.admin.del(personDn('lea'));
      clock.pass(2 * MINUTE);
      expect(await problemOf(world.ask(member, 'identity.current'))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    });

    it('holds for fifteen minutes, and for the grace that the tenant gives it, while nothing answers', async () => {
      const { clock, slapd, world, member } = await open(30);
      await slapd.stop();
      clock.pass(40 * MINUTE);
      expect(await world.ask(member, 'identity.current')).toMatchObject({ role: 'user' });
      clock.pass(6 * MINUTE);
      expect(await problemOf(world.ask(member, 'identity.current'))).toMatchObject({
        code: 'NOT_SIGNED_IN',
        detail: { reason: expect.stringContaining('directory') },
      });
      // Whose password is kept here goes on working.
      expect(await world.ask(world.administrator, 'identity.current')).toBeTruthy();
      await slapd.start();
      clock.pass(2 * MINUTE);
      expect(await world.ask(member, 'identity.current')).toMatchObject({ role: 'user' });
    });

    it('does not grow younger when the clock is set back', async () => {
      const { clock, slapd, world, member } = await open(0);
      await slapd.stop();
      clock.pass(16 * MINUTE);
      clock.set(clock.now() - 20 * MINUTE);
      expect(await problemOf(world.ask(member, 'identity.current'))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    });
  },
);
