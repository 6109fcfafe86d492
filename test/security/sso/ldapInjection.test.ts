import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DirectorySession } from '../../../src/engine/ports';
import { problemOf } from '../../support/engine/calls';
import { converseWith } from '../../support/sso/directory';
import {
  addGroup,
  addPerson,
  BASE,
  groupDn,
  noSlapd,
  personDn,
  READER,
  type Slapd,
  startSlapd,
} from '../../support/sso/slapd';
import { ldapDraft, openSsoWorld, type SsoWorld } from '../../support/sso/world';

const cleanUp: (() => Promise<void>)[] = [];
let slapd: Slapd;
let session: DirectorySession;

const INJECTIONS = ['*', 'lea*', '*)(uid=lea', 'lea@acme.example)(|(uid=*', '\\2a'];

/** Somebody whose very name is a filter: as a part of a filter’s text it would find everybody’s groups. */
const CUNNING = 'x)(member=*';

describe.skipIf(noSlapd !== null)(`LDAP injection${noSlapd ? ` (skipped: ${noSlapd})` : ''}`, () => {
  beforeAll(async () => {
    slapd = await startSlapd((end) => cleanUp.push(end));
    for (const uid of ['lea', 'max']) await addPerson(slapd.admin, uid);
    await addPerson(slapd.admin, CUNNING, {
      mail: 'cunning@acme.example',
      cn: 'Cunning',
      userPassword: 'known',
    });
    await addGroup(slapd.admin, 'admins', [personDn('max')]);
    session = await converseWith(slapd.port);
    cleanUp.push(async () => session.close());
    await session.bind(READER.dn, READER.password);
  });
  afterAll(async () => {
    for (const clean of cleanUp.reverse()) await clean();
  });

  const search = (where: Parameters<DirectorySession['search']>[0]['where']) =>
    session.search({ base: BASE, scope: 'sub', where, attributes: ['uid'], limit: 50 });

  it.each(INJECTIONS)('finds nobody by the address %j', async (value) => {
    expect(await search([{ attribute: 'mail', value }])).toEqual([]);
  });

  it('would find everybody if a value were a part of the filter’s text', async () => {
    // What the condition with `attribute` and `value` defends against, made as an administrator may make it.
    expect((await search([{ filter: '(mail=*)' }])).length).toBe(3);
    expect((await search([{ filter: `(|(member=${CUNNING}))` }])).length).toBe(1);
  });

  it.each(['nested', 'in-chain'] as const)(
    'gives nobody the groups of others because of how they are called (%s)',
    async (groupLookup) => {
      const world: SsoWorld = await openSsoWorld((end) => cleanUp.push(end));
      const draft = ldapDraft(slapd, { groupLookup });
      const person = { email: 'cunning@acme.example', password: 'known' };
      const trial = await world.ask(world.administrator, 'sso.test', { id: null, draft, person });
      expect(trial).toMatchObject({ role: null, groups: [] });
      const { id } = await world.ask<{ id: string }>(world.administrator, 'sso.add', { draft });
      await world.ask(world.administrator, 'sso.setState', { id, revision: 1, state: 'enabled' });
      expect(await problemOf(world.ask(world.window(), 'identity.signIn', person))).toMatchObject({
        code: 'WRONG_CREDENTIALS',
      });
      expect(draft.mappings.map(({ group }) => group)).toContain(groupDn('admins'));
    },
  );
});
