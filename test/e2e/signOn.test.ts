import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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
} from '../support/sso/slapd';
import { STORY } from './demo/story';
import { createOperator, signInMember, signOut } from './support/accounts';
import { leavePictureOfFailure } from './support/pictureOnFailure';
import { createTenant, openTab } from './support/tenants';
import { openWorld, type World } from './support/world';

const name = `sign-on by a directory in the window${noSlapd ? ` (skipped: ${noSlapd})` : ''}`;

/** Directory, test and sign-in by hand, against the real slapd over LDAPS with its own authority. */
describe.skipIf(noSlapd !== null || process.platform !== 'linux')(name, { timeout: 120_000 }, () => {
  const { tenant, operator } = STORY;
  const cleanUp: (() => Promise<void>)[] = [];
  let slapd: Slapd;
  let world: World;
  beforeAll(async () => {
    slapd = await startSlapd((end) => cleanUp.push(end));
    await addPerson(slapd.admin, 'lea');
    await addPerson(slapd.admin, 'otto');
    await addGroup(slapd.admin, 'staff', [personDn('lea')]);
    world = await openWorld();
    const { page } = world.stage;
    await createOperator(page, operator);
    await createTenant(page, tenant);
    await signOut(page);
    await signInMember(page, tenant);
  }, 150_000);
  afterEach((context) => leavePictureOfFailure(context, world?.stage));
  afterAll(async () => {
    await world?.close();
    for (const clean of cleanUp.reverse()) await clean();
  });

  test('is written down, tested step by step and enabled by the administrator', async () => {
    const { page } = world.stage;
    await openTab(page, 'Security');
    await page.getByText('Sign-on', { exact: true }).click();
    await page.getByRole('button', { name: 'Add provider' }).click();
    await page.getByRole('menuitem', { name: 'LDAP directory' }).click();
    const dialogue = page.getByRole('dialog');
    const fill = (label: string, value: string) => dialogue.getByLabel(label, { exact: true }).fill(value);
    await fill('Name', 'Directory of the house');
    await fill('Address', `ldaps://localhost:${slapd.securePort}`);
    await fill('Certificates of your own authority', slapd.authority.certificate);
    await fill('Distinguished name', READER.dn);
    await fill('Its password', READER.password);
    await fill('People are below', `ou=people,${BASE}`);
    await fill('Groups are below', `ou=groups,${BASE}`);
    if ((await dialogue.getByLabel('Group 1', { exact: true }).count()) === 0) {
      await dialogue.getByRole('button', { name: 'Add group' }).click();
    }
    await fill('Group 1', groupDn('staff'));
    await dialogue.getByLabel('E-mail of a person').fill('lea@acme.example');
    await dialogue.getByLabel('Password of that person').fill('password of lea');
    await dialogue.getByRole('button', { name: 'Test', exact: true }).click();
    await dialogue.getByText('Would sign in as User').waitFor();
    await dialogue.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Directory of the house is saved').waitFor();
    await page.getByRole('button', { name: 'Enable', exact: true }).click();
    await page.getByRole('button', { name: 'Disable', exact: true }).waitFor();
    expect(world.stage.mistakes()).toEqual([]);
  });

  test('lets its people in on the sign-in screen, and nobody without a group', async () => {
    const { page } = world.stage;
    await signOut(page);
    const stranger = { name: 'Otto Example', email: 'otto@acme.example', password: 'password of otto' };
    await page.getByText('Member of a tenant', { exact: true }).click();
    await page.getByLabel('Tenant domain').fill(tenant.domain);
    await page.getByLabel('E-mail').fill(stranger.email);
    await page.getByLabel('Password', { exact: true }).fill(stranger.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Name and password do not match an account.').waitFor();
    const lea = { name: 'Lea Example', email: 'lea@acme.example', password: 'password of lea' };
    await signInMember(page, { ...tenant, administrator: lea });
    await page.getByRole('button', { name: 'Account: Lea Example' }).waitFor();
    await signOut(page);
  });
});
