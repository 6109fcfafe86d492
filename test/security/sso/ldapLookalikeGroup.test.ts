import { describe, expect, it } from 'vitest';
import { addGroup, addPerson, BASE, groupDn, noSlapd, personDn, startSlapd } from '../../support/sso/slapd';
import { ldapDraft, openSsoWorld } from '../../support/sso/world';

describe.skipIf(noSlapd !== null)(
  `a group that is called like another${noSlapd ? ` (skipped: ${noSlapd})` : ''}`,
  () => {
    it('gives no role: groups are told apart by their whole distinguished name', async () => {
      const cleanUp: (() => Promise<void>)[] = [];
      try {
        const slapd = await startSlapd((end) => cleanUp.push(end));
        const world = await openSsoWorld((end) => cleanUp.push(end));
        await addPerson(slapd.admin, 'lea');
        await addPerson(slapd.admin, 'max');
        await addGroup(slapd.admin, 'admins', [personDn('max')]);
        await addGroup(slapd.admin, 'staff', [personDn('max')]);
        // Whoever may make groups somewhere in the tree makes one of the same name, with themselves in it.
        await slapd.admin.add(`ou=lea,ou=groups,${BASE}`, { objectClass: 'organizationalUnit', ou: 'lea' });
        await slapd.admin.add(`cn=admins,ou=lea,ou=groups,${BASE}`, {
          objectClass: 'groupOfNames',
          cn: 'admins',
          member: personDn('lea'),
        });
        const trial = (email: string) =>
          world.ask(world.administrator, 'sso.test', {
            id: null,
            draft: ldapDraft(slapd),
            person: { email, password: null },
          });
        expect(await trial('lea@acme.example')).toMatchObject({ role: null });
        expect(await trial('max@acme.example')).toMatchObject({ role: 'tenant-admin' });
        // In any case and with spaces it is still the same name.
        const spaced = groupDn('admins').toUpperCase().replaceAll(',', ' , ');
        const draft = { ...ldapDraft(slapd), mappings: [{ group: spaced, role: 'guest' as const }] };
        expect(
          await world.ask(world.administrator, 'sso.test', {
            id: null,
            draft,
            person: { email: 'max@acme.example', password: null },
          }),
        ).toMatchObject({ role: 'guest' });
      } finally {
        for (const clean of cleanUp.reverse()) await clean();
      }
    });
  },
);
