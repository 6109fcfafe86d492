import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_IDENTITY_POLICY, type IdentityPolicy } from '../../src/contract';
import { startTestEngine } from '../support/engine';
import { createAuthenticator } from '../support/engine/authenticator';
import { problemOf } from '../support/engine/calls';
import { at, openTestWindow, type TestClient } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import { inspectCatalog } from '../support/engine/soundness';
import { TestClock } from '../support/engine/testClock';
import { ADMINISTRATOR, createOperator, createTenant, OPERATOR } from '../support/engine/world';

const { email, password } = ADMINISTRATOR;
const STEP = 30_000;

async function start() {
  const clock = new TestClock();
  const folder = await folderUntil(onTestFinished);
  const test = startTestEngine(folder, { clock });
  onTestFinished(() => test.engine.close());
  const { client: operator } = openTestWindow(test.engine);
  await createOperator(operator);
  const acme = await createTenant(operator);
  const there = at(acme);
  const enter = async () => {
    const window = openTestWindow(test.engine);
    const session = await window.client.tenant.identity.signIn({ email, password }, there);
    return { ...window, session };
  };
  /** Sets an app up in a window that is signed in. */
  async function enrol(client: TestClient) {
    const { secret, uri } = await client.tenant.account.beginSecondFactor({}, there);
    const app = createAuthenticator(secret, clock);
    const finished = await client.tenant.account.finishSecondFactor({ code: app.code() }, there);
    return { app, uri, ...finished };
  }
  async function setPolicy(client: TestClient, wishes: Partial<IdentityPolicy>) {
    const { revision } = await client.tenant.account.policy({}, there);
    await client.tenant.account.setPolicy({ ...DEFAULT_IDENTITY_POLICY, ...wishes, revision }, there);
  }
  return { clock, folder, test, operator, acme, there, enter, enrol, setPolicy };
}

describe('a second factor', () => {
  it('is set up with an app, and from then on a sign-in opens nothing until its code was given', async () => {
    const { clock, there, enter, enrol } = await start();
    const first = await enter();
    expect(first.session.needs).toBeNull();
    const { app, uri, recoveryCodes } = await enrol(first.client);
    expect(uri).toMatch(/^otpauth:\/\/totp\/Acme%20Corporation:ada%40acme\.example\?/);
    expect(recoveryCodes).toHaveLength(10);
    expect(new Set(recoveryCodes).size).toBe(10);

    clock.pass(STEP);
    const second = await enter();
    expect(second.session.needs).toBe('second-factor');
    const refusedBefore = [
      () => second.client.tenant.overview.read({ period: '24h' }, there),
      () => second.client.tenant.users.list({}, there),
      () => second.client.tenant.account.beginSecondFactor({}, there),
      () => second.client.tenant.account.removeSecondFactor({}, there),
      () => second.client.tenant.account.changePassword({ current: password, next: 'x' }, there),
      () => second.client.tenant.identity.stepUp({ kind: 'password', password }, there),
    ];
    for (const act of refusedBefore)
      expect(await problemOf(act())).toMatchObject({ code: 'SIGN_IN_INCOMPLETE' });
    const { needs } = await second.client.tenant.account.confirmSignIn({ code: app.code() }, there);
    expect(needs).toBeNull();
    await second.client.tenant.users.list({}, there);
    expect(await second.client.tenant.account.secondFactors({}, there)).toMatchObject({
      factors: [{ kind: 'totp' }],
      recoveryCodesLeft: 10,
      required: false,
    });
  });

  it('opens once with each recovery code, in whatever form it is typed', async () => {
    const { there, enter, enrol } = await start();
    const { recoveryCodes } = await enrol((await enter()).client);
    const [code = ''] = recoveryCodes;
    const { client } = await enter();
    await client.tenant.account.confirmSignIn({ code: code.toLowerCase().replaceAll('-', ' ') }, there);
    expect(await client.tenant.account.secondFactors({}, there)).toMatchObject({ recoveryCodesLeft: 9 });
    const { client: again } = await enter();
    const used = again.tenant.account.confirmSignIn({ code }, there);
    expect(await problemOf(used)).toMatchObject({ code: 'WRONG_CREDENTIALS' });
  });

  it('has new recovery codes made, and the earlier ones are worth nothing', async () => {
    const { there, enter, enrol } = await start();
    const first = await enter();
    const { recoveryCodes: old } = await enrol(first.client);
    const { recoveryCodes } = await first.client.tenant.account.renewRecoveryCodes({}, there);
    expect(recoveryCodes.filter((code) => old.includes(code))).toEqual([]);
    const { client } = await enter();
    const outdated = client.tenant.account.confirmSignIn({ code: old[0] ?? '' }, there);
    expect(await problemOf(outdated)).toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await client.tenant.account.confirmSignIn({ code: recoveryCodes[0] ?? '' }, there);
  });

  it('is demanded of a role by the policy: the sign-in goes on only with the setting up of one', async () => {
    const { clock, there, enter, enrol, setPolicy } = await start();
    await setPolicy((await enter()).client, { secondFactorFor: ['tenant-admin'] });
    const { client, session } = await enter();
    expect(session.needs).toBe('enrolment');
    const early = client.tenant.users.list({}, there);
    expect(await problemOf(early)).toMatchObject({ code: 'SIGN_IN_INCOMPLETE' });
    expect(await client.tenant.account.secondFactors({}, there)).toMatchObject({ required: true });
    const { app, needs } = await enrol(client);
    expect(needs).toBeNull();
    await client.tenant.users.list({}, there);
    const removed = client.tenant.account.removeSecondFactor({}, there);
    expect(await problemOf(removed)).toMatchObject({ code: 'NOT_ALLOWED' });
    clock.pass(STEP);
    const next = await enter();
    expect(next.session.needs).toBe('second-factor');
    await next.client.tenant.account.confirmSignIn({ code: app.code() }, there);
  });

  it('is a fresh proof too', async () => {
    const { clock, there, enter, enrol } = await start();
    const { client } = await enter();
    const { app } = await enrol(client);
    clock.pass(6 * 60_000);
    const early = client.tenant.account.renewRecoveryCodes({}, there);
    expect(await problemOf(early)).toMatchObject({ code: 'STEP_UP_REQUIRED' });
    await client.tenant.identity.stepUp({ kind: 'code', code: app.code() }, there);
    await client.tenant.account.renewRecoveryCodes({}, there);
  });

  it('is taken from somebody who has lost it by an administrator, and their sessions end', async () => {
    const { operator, there, enter, enrol } = await start();
    const { client, session } = await enter();
    await enrol(client);
    const personId = session.user?.id ?? '';
    await operator.tenant.account.resetSecondFactor({ personId, reason: 'lost the phone' }, there);
    expect(await problemOf(client.tenant.users.list({}, there))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect((await enter()).session.needs).toBeNull();
  });

  it('of an operator is sealed in the catalogue, and one that is taken out of the file is noticed', async () => {
    const { clock, folder, test, operator } = await start();
    const { secret } = await operator.installation.account.beginSecondFactor({});
    const app = createAuthenticator(secret, clock);
    const { recoveryCodes } = await operator.installation.account.finishSecondFactor({ code: app.code() });
    clock.pass(STEP);
    const { client } = openTestWindow(test.engine);
    const { needs } = await client.installation.operators.signIn({
      email: OPERATOR.email,
      password: OPERATOR.password,
    });
    expect(needs).toBe('second-factor');
    const early = client.installation.tenants.list({ limit: 5 });
    expect(await problemOf(early)).toMatchObject({ code: 'SIGN_IN_INCOMPLETE' });
    await client.installation.account.confirmSignIn({ code: app.code() });
    await client.installation.tenants.list({ limit: 5 });
    await test.engine.close();
    await inspectCatalog(folder, async (database) => {
      const kept = JSON.stringify([
        await database.read('SELECT * FROM second_factors'),
        await database.read('SELECT * FROM recovery_codes'),
      ]);
      expect(kept).not.toContain(secret);
      for (const code of recoveryCodes) expect(kept).not.toContain(code.replaceAll('-', ''));
      await database.commit([{ sql: 'DELETE FROM second_factors', params: [] }]);
    });
    const after = startTestEngine(folder, { clock, keystore: test.keystore });
    onTestFinished(() => after.engine.close());
    const window = openTestWindow(after.engine);
    const opening = window.client.installation.operators.current({});
    expect(await problemOf(opening)).toMatchObject({ code: 'INSTALLATION_TAMPERED' });
  });
});
