import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createSystemClock } from '../../src/adapters/system';
import type { PasswordHasher } from '../../src/engine/ports';
import { rotate, startAgain, startWithTenant } from '../security/keys/support';
import { startTestEngine } from '../support/engine';
import { createAuthenticator } from '../support/engine/authenticator';
import { problemOf } from '../support/engine/calls';
import { at, openTestWindow } from '../support/engine/client';
import { quickHasher } from '../support/engine/fakes';
import { FileKeystore } from '../support/engine/fileKeystore';
import { OPERATOR, signInAdministrator } from '../support/engine/world';

/** The keychain of a machine to which only these keys came along. */
async function emptied(folder: string, keep: readonly string[]): Promise<FileKeystore> {
  const keystore = new FileKeystore(folder);
  for (const name of [...keystore.keys.keys()]) if (!keep.includes(name)) keystore.keys.delete(name);
  return keystore;
}

describe('the recovery kit of a tenant', () => {
  it('brings the tenant back on a machine whose keychain has not its key', async () => {
    const { client, engine, folder, id } = await startWithTenant();
    const { kit, sheets } = await client.installation.keys.makeKit({ tenantId: id, threshold: 2, shares: 3 });
    expect(sheets).toHaveLength(3);
    await engine.close();

    const again = await startAgain(folder, await emptied(folder, ['installation']));
    const member = openTestWindow(again.engine).client;
    expect(await problemOf(again.client.tenant.overview.read({ period: '24h' }, at(id)))).toMatchObject({
      code: 'KEY_MISSING',
    });
    const [one = '', , three = ''] = sheets;
    const { keys } = again.client.installation;
    expect(await problemOf(keys.restoreTenantKey({ sheets: [one] }))).toMatchObject({ code: 'KIT_REFUSED' });
    expect(await keys.restoreTenantKey({ sheets: [one, three] })).toEqual({ id });
    await signInAdministrator(member);
    const { events } = await member.tenant.audit.events({}, at(id));
    expect(events.find(({ event }) => event === 'recovery-kit.made')?.detail).toMatchObject({ kit: kit.id });
  });

  it('is proven by a rehearsal that reveals nothing, and is out of date after a rotation', async () => {
    const { client, id } = await startWithTenant();
    const { keys } = client.installation;
    expect((await keys.tenants({})).tenants[0]?.kit).toBeNull();
    const { kit, sheets } = await keys.makeKit({ tenantId: id, threshold: 2, shares: 3 });
    expect((await keys.tenants({})).tenants[0]?.kit).toEqual(kit);
    const rehearsal = await keys.rehearse({ sheets: sheets.slice(1) });
    expect(rehearsal).toEqual({ kitId: kit.id, kind: 'tenant', name: 'Acme Corporation', current: true });
    expect((await keys.tenants({})).tenants[0]?.kit?.rehearsedAt).toBeGreaterThan(0);
    expect(await problemOf(keys.rehearse({ sheets: sheets.slice(0, 1) }))).toMatchObject({
      code: 'KIT_REFUSED',
    });
    await rotate(client, id);
    expect((await keys.tenants({})).tenants[0]?.kit).toMatchObject({ id: kit.id, current: false });
    expect(await keys.rehearse({ sheets })).toMatchObject({ current: false });
    expect(await problemOf(keys.restoreTenantKey({ sheets }))).toMatchObject({
      code: 'KIT_REFUSED',
      data: { reason: expect.stringContaining('rotated after the kit was made') },
    });
  });

  it('needs no more sheets than it has', async () => {
    const { client, id } = await startWithTenant();
    const making = client.installation.keys.makeKit({ tenantId: id, threshold: 4, shares: 3 });
    expect(await problemOf(making)).toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('the recovery kit of the installation', () => {
  it('unseals a machine with an empty keychain and gives the last operator a new password', async () => {
    const { client, engine, folder, id } = await startWithTenant();
    const own = await client.installation.keys.makeKit({ tenantId: null, threshold: 3, shares: 5 });
    const tenant = await client.installation.keys.makeKit({ tenantId: id, threshold: 2, shares: 2 });
    expect((await client.installation.keys.tenants({})).installation.kit).toEqual(own.kit);
    await engine.close();

    const keystore = await emptied(folder, []);
    const { engine: fresh } = startTestEngine(folder, { keystore });
    const stranger = openTestWindow(fresh).client;
    expect((await stranger.installation.status.read({})).state).toBe('sealed');
    const { restore } = stranger.installation.recovery;
    const sheets = own.sheets.slice(2);
    const tooFew = restore({ sheets: sheets.slice(1), operator: null });
    expect(await problemOf(tooFew)).toMatchObject({ code: 'KIT_REFUSED' });
    expect(await problemOf(restore({ sheets: tenant.sheets, operator: null }))).toMatchObject({
      code: 'KIT_REFUSED',
    });
    expect([...keystore.keys.keys()]).toEqual([]);

    const password = 'paper sheets out of the safe 7';
    await restore({ sheets, operator: { email: OPERATOR.email, password } });
    expect((await stranger.installation.status.read({})).state).toBe('ready');
    const { signIn } = stranger.installation.operators;
    expect(await problemOf(signIn({ email: OPERATOR.email, password: OPERATOR.password }))).toMatchObject({
      code: 'WRONG_CREDENTIALS',
    });
    await signIn({ email: OPERATOR.email, password });
    await stranger.installation.keys.restoreTenantKey({ sheets: tenant.sheets });
    await signInAdministrator(openTestWindow(fresh).client);
    await fresh.close();
    const after = await startTestEngine(folder, { keystore });
    expect((await openTestWindow(after.engine).client.installation.status.read({})).problems).toEqual([]);
    await after.engine.close();
  });

  it('takes a lost second factor from the last operator, which the audit says', async () => {
    const { client, engine, folder } = await startWithTenant();
    const { sheets } = await client.installation.keys.makeKit({ tenantId: null, threshold: 2, shares: 2 });
    const { secret } = await client.installation.account.beginSecondFactor({});
    const code = createAuthenticator(secret, createSystemClock()).code();
    await client.installation.account.finishSecondFactor({ code });
    const { email } = OPERATOR;
    const password = 'paper sheets out of the safe 7';
    const { restore } = openTestWindow(engine).client.installation.recovery;
    await restore({ sheets, operator: { email, password } });
    const { needs } = await client.installation.operators.signIn({ email, password });
    expect(needs).toBe('second-factor');
    await restore({ sheets, operator: { email, password, resetSecondFactor: true } });
    expect(await client.installation.operators.signIn({ email, password })).toMatchObject({ needs: null });
    expect((await client.installation.account.secondFactors({})).factors).toEqual([]);
    const { events } = await client.installation.audit.events({ event: 'installation.recovered' });
    expect(events[0]?.detail).toMatchObject({ secondFactor: 'reset', factors: 1 });
    await engine.close();
    const { engine: again } = startTestEngine(folder, { keystore: new FileKeystore(folder) });
    await openTestWindow(again).client.installation.operators.signIn({ email, password });
    await again.close();
  });

  it('of another installation is refused and nothing is kept', async () => {
    const other = await startWithTenant();
    const foreign = await other.client.installation.keys.makeKit({ tenantId: null, threshold: 2, shares: 2 });
    const { engine, folder } = await startWithTenant();
    await engine.close();
    const keystore = await emptied(folder, []);
    const { engine: fresh } = startTestEngine(folder, { keystore });
    const { restore } = openTestWindow(fresh).client.installation.recovery;
    expect(await problemOf(restore({ sheets: foreign.sheets, operator: null }))).toMatchObject({
      code: 'KIT_REFUSED',
      data: { reason: expect.stringContaining('another installation') },
    });
    expect([...keystore.keys.keys()]).toEqual([]);
    await fresh.close();
  });

  it('is opened to nobody before the operator has the new password', async () => {
    const { client, engine, folder } = await startWithTenant();
    const { sheets } = await client.installation.keys.makeKit({ tenantId: null, threshold: 2, shares: 2 });
    await engine.close();
    let answered: string | null = null;
    let seen: string | null = null;
    const hasher: PasswordHasher = {
      ...quickHasher,
      hash: async (password) => {
        const reading = openTestWindow(fresh).client.installation.status.read({});
        void reading.then(({ state }) => {
          answered = state;
        });
        for (let turn = 0; turn < 50; turn++) await setImmediate();
        seen = answered;
        return quickHasher.hash(password);
      },
    };
    const { engine: fresh } = startTestEngine(folder, { keystore: await emptied(folder, []), hasher });
    const { installation } = openTestWindow(fresh).client;
    const { email } = OPERATOR;
    const password = 'paper sheets out of the safe 7';
    await installation.recovery.restore({ sheets, operator: { email, password } });
    expect(seen).not.toBe('ready');
    await installation.operators.signIn({ email, password });
    await fresh.close();
  });

  it('stays sealed with nothing kept when the operator is not named rightly, and can be used again', async () => {
    const { client, engine, folder } = await startWithTenant();
    const { sheets } = await client.installation.keys.makeKit({ tenantId: null, threshold: 2, shares: 2 });
    await engine.close();
    const keystore = await emptied(folder, []);
    const { engine: fresh } = startTestEngine(folder, { keystore });
    const { installation } = openTestWindow(fresh).client;
    const password = 'paper sheets out of the safe 7';
    const refused = installation.recovery.restore({
      sheets,
      operator: { email: 'nobody@site.example', password },
    });
    expect(await problemOf(refused)).toMatchObject({ code: 'NOT_FOUND' });
    const weak = installation.recovery.restore({
      sheets,
      operator: { email: OPERATOR.email, password: 'short' },
    });
    expect(await problemOf(weak)).toMatchObject({ code: expect.stringMatching(/WEAK_PASSWORD|BAD_INPUT/) });
    expect((await installation.status.read({})).state).toBe('sealed');
    expect([...keystore.keys.keys()]).not.toContain('installation');
    await installation.recovery.restore({ sheets, operator: { email: OPERATOR.email, password } });
    await installation.operators.signIn({ email: OPERATOR.email, password });
    await fresh.close();
  });

  it('names the operators to whoever has the sheets and asks for another', async () => {
    const { client } = await startWithTenant();
    const { sheets } = await client.installation.keys.makeKit({ tenantId: null, threshold: 2, shares: 2 });
    const wrong = { email: 'nobody@site.example', password: 'paper sheets out of the safe 7' };
    expect(await problemOf(client.installation.recovery.restore({ sheets, operator: wrong }))).toMatchObject({
      code: 'NOT_FOUND',
      data: { reason: expect.stringContaining(OPERATOR.email) },
    });
  });
});
