import { expect, it } from 'vitest';
import type { PeoplePage } from '../../../src/contract';
import { type Person, startStaffed } from '../../support/engine/staffed';
import { ADMINISTRATOR } from '../../support/engine/world';

/*
 * Two administrators shut each other out in the same moment, so that nobody is left who could let anybody in; an
 * administrator who was invited and never came must not count as one who stays.
 */

it.each(['disable', 'remove', 'role'] as const)('one of two who %s each other stays', async (kind) => {
  const { add } = await startStaffed();
  const ada = await add('ada.b@acme.example', 'tenant-admin');
  const bob = await add('bob@acme.example', 'tenant-admin');
  const { people } = await ada.call<PeoplePage>('people.list', { search: ADMINISTRATOR.email });
  await ada.call('people.invite', { name: 'Bea', email: 'bea@acme.example', role: 'tenant-admin' });
  const change = kind === 'role' ? { kind, role: 'user' } : { kind };
  const against = (who: Person, ids: (string | undefined)[]) =>
    who.call('people.change', { ids, change, reason: 'a quarrel' }).then(
      () => 'done',
      (problem: { code: string }) => problem.code,
    );
  expect(await against(ada, [people[0]?.id])).toBe('done');
  const outcomes = await Promise.all([against(ada, [bob.id]), against(bob, [ada.id])]);
  expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
  const left = outcomes[0] === 'done' ? ada : bob;
  const { total } = await left.call<PeoplePage>('people.list', { role: 'tenant-admin', state: 'active' });
  expect(total).toBe(1);
});
