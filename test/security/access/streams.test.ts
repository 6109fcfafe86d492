import { expect, it } from 'vitest';
import type { CustomRole } from '../../../src/contract';
import { problemOf } from '../../support/engine/calls';
import { type Person, startStaffed } from '../../support/engine/staffed';

/*
 * Somebody watches the documents of the tenant when the permission for it is taken from them: with their role, or with
 * a custom one.
 */

async function start() {
  const { add } = await startStaffed();
  const ada = await add('ada.b@acme.example', 'tenant-admin');
  const addDocument = (name: string) =>
    ada.call('knowledge.add', { file: new File([`for some alone: ${name}`], `${name}.txt`) });
  return { add, ada, addDocument };
}

async function watchDocuments(person: Person): Promise<AsyncIterator<unknown>> {
  const stream = await person.call<AsyncIterable<unknown>>('knowledge.watch');
  const watching = stream[Symbol.asyncIterator]();
  await watching.next();
  return watching;
}

it('is told nothing more of what their role opens no longer', async () => {
  const { add, ada, addDocument } = await start();
  const uma = await add('uma@acme.example', 'user');
  const end = problemOf((await watchDocuments(uma)).next());
  const change = { kind: 'role', role: 'guest' };
  await ada.call('people.change', { ids: [uma.id], change, reason: 'moved on' });
  await addDocument('later');
  expect(await end).toMatchObject({ code: 'NOT_ALLOWED' });
});

it('is told nothing more of what a custom role opened, but of what another one still opens', async () => {
  const { add, ada, addDocument } = await start();
  const createReader = (name: string) =>
    ada.call<CustomRole>('access.createRole', { name, permissions: ['knowledge.read'] });
  const [first, second] = [await createReader('Reader'), await createReader('Visitor')];
  const gil = await add('gil@acme.example', 'guest');
  const assign = (customRoles: readonly string[]) =>
    ada.call('access.assign', { id: gil.id, role: 'guest', customRoles });
  await assign([first.id, second.id]);
  const watching = await watchDocuments(gil);
  await assign([second.id]);
  await addDocument('sooner');
  expect(await watching.next()).toMatchObject({ done: false });
  await assign([]);
  await addDocument('later');
  expect(await problemOf(watching.next())).toMatchObject({ code: 'NOT_ALLOWED' });
});
