import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_IDENTITY_POLICY } from '../../src/contract';
import { startTestEngine } from '../support/engine';
import { problemOf } from '../support/engine/calls';
import { openTestWindow } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import { ORIGIN, openKeyPage } from '../support/engine/keyPage';
import { createSoftKey } from '../support/engine/softKey';
import { TestClock } from '../support/engine/testClock';
import { ADMINISTRATOR, createOperator, createTenant, OPERATOR } from '../support/engine/world';

const { email, password } = ADMINISTRATOR;

async function start() {
  const clock = new TestClock();
  const test = startTestEngine(await folderUntil(onTestFinished), { clock });
  onTestFinished(() => test.engine.close());
  const { client: operator } = openTestWindow(test.engine);
  await createOperator(operator);
  const tenant = await createTenant(operator);
  const open = () => openKeyPage(test.engine, { tenant });
  async function signedIn() {
    const page = open();
    await page.signIn(email, password);
    return page;
  }
  return { test, clock, operator, tenant, open, signedIn };
}

describe('a passkey', () => {
  it('signs a member in with nothing else, and is the second factor already', async () => {
    const { open, signedIn } = await start();
    const desk = await signedIn();
    const key = createSoftKey();
    const { recoveryCodes } = await desk.add(key, 'passkey');
    expect(recoveryCodes).toHaveLength(10);
    const page = open();
    const session = await page.signInWith(key);
    expect(session).toMatchObject({ user: { email }, needs: null });
    expect(await page.factors()).toMatchObject({
      factors: [
        {
          kind: 'passkey',
          lastUsedAt: expect.any(Number),
          passkey: { name: 'Desk', host: 'console.example', canBeCopied: false },
        },
      ],
      recoveryCodesLeft: 10,
      passkeys: { host: 'console.example', alone: true },
    });
    await page.call('users.list');
  });

  it.each(['ES256', 'EdDSA'] as const)(
    'works with %s, also where it is copied and does not count',
    async (algorithm) => {
      const { open, signedIn } = await start();
      const key = createSoftKey({ algorithm, copyable: true, counts: false });
      await (await signedIn()).add(key, 'passkey');
      await open().signInWith(key);
      expect((await (await open().signInWith(key)).user)?.email).toBe(email);
    },
  );

  it('signs an operator in', async () => {
    const { test } = await start();
    const page = openKeyPage(test.engine, { tenant: null });
    await page.signIn(OPERATOR.email, OPERATOR.password);
    const key = createSoftKey();
    await page.add(key, 'passkey');
    const another = openKeyPage(test.engine, { tenant: null });
    expect(await another.signInWith(key)).toMatchObject({ operator: { email: OPERATOR.email }, needs: null });
  });

  it('does what a policy demands of a role, also while signing in', async () => {
    const { open, signedIn } = await start();
    const desk = await signedIn();
    const policy = (await desk.call('account.policy')) as object;
    await desk.call('account.setPolicy', {
      ...policy,
      ...DEFAULT_IDENTITY_POLICY,
      secondFactorFor: ['tenant-admin'],
    });
    const page = open();
    expect(await page.signIn(email, password)).toMatchObject({ needs: 'enrolment' });
    const key = createSoftKey();
    expect(await page.add(key, 'passkey')).toMatchObject({ needs: null });
    const [factor] = (await page.factors()).factors;
    const removed = page.call('account.removePasskey', { id: factor?.id });
    expect(await problemOf(removed)).toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await open().signInWith(key)).toMatchObject({ needs: null });
  });

  it('cannot be used where there is no page that can speak to one', async () => {
    const { test, tenant } = await start();
    const page = openKeyPage(test.engine, { tenant, without: true });
    expect(await problemOf(page.askToSignIn())).toMatchObject({ code: 'NOT_ALLOWED' });
    await page.signIn(email, password);
    expect(await page.factors()).toMatchObject({ passkeys: { host: null } });
    expect(await problemOf(page.begin('passkey'))).toMatchObject({ code: 'NOT_ALLOWED' });
  });
});

describe('a security key', () => {
  it('is asked for after the password, and is a fresh proof', async () => {
    const { clock, open, signedIn } = await start();
    const key = createSoftKey();
    await (await signedIn()).add(key, 'security-key', { verified: false });
    const page = open();
    expect(await page.signIn(email, password)).toMatchObject({ needs: 'second-factor' });
    expect(await problemOf(page.call('users.list'))).toMatchObject({ code: 'SIGN_IN_INCOMPLETE' });
    await page.confirm(key.answer(await page.ask(), ORIGIN, { verified: false }));
    await page.call('users.list');
    clock.pass(6 * 60_000);
    expect(await problemOf(page.begin('passkey'))).toMatchObject({ code: 'STEP_UP_REQUIRED' });
    await page.stepUp(key.answer(await page.ask(), ORIGIN));
    await page.begin('passkey');
  });

  it('is renamed and removed, its codes with it', async () => {
    const { open, signedIn } = await start();
    const page = await signedIn();
    const key = createSoftKey();
    await page.add(key, 'security-key');
    const id = (await page.factors()).factors[0]?.id;
    await page.call('account.renamePasskey', { id, name: 'In the drawer' });
    expect((await page.factors()).factors[0]?.passkey?.name).toBe('In the drawer');
    await page.call('account.removePasskey', { id });
    expect(await page.factors()).toMatchObject({ factors: [], recoveryCodesLeft: 0 });
    expect(await open().signIn(email, password)).toMatchObject({ needs: null });
  });

  it('is one of ten at most', async () => {
    const { signedIn } = await start();
    const page = await signedIn();
    for (let made = 0; made < 10; made += 1) await page.add(createSoftKey(), 'security-key');
    expect(await problemOf(page.begin('security-key'))).toMatchObject({ code: 'CONFLICT' });
    expect((await page.factors()).factors).toHaveLength(10);
  });

  it('is offered only at the host it was made for', async () => {
    const { test, tenant, signedIn } = await start();
    await (await signedIn()).add(createSoftKey(), 'security-key');
    const elsewhere = openKeyPage(test.engine, { tenant, origin: 'https://acme.example' });
    await elsewhere.signIn(email, password);
    expect(await problemOf(elsewhere.ask())).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is taken away by an administrator with the other second factors', async () => {
    const { open, signedIn } = await start();
    const page = await signedIn();
    const key = createSoftKey();
    await page.add(key, 'passkey');
    const { user } = (await page.call('identity.current')) as { user: { id: string } };
    await page.call('account.resetSecondFactor', { personId: user.id, reason: 'lost' });
    expect(await open().signIn(email, password)).toMatchObject({ needs: null });
    expect(await problemOf(open().signInWith(key))).toMatchObject({ code: 'PASSKEY_REFUSED' });
  });

  it('leaves its traces in the audit chain', async () => {
    const { signedIn, open } = await start();
    const page = await signedIn();
    const key = createSoftKey();
    await page.add(key, 'passkey');
    await problemOf(open().signInWith(key, { verified: false }));
    await open().signInWith(key);
    const events = async (event: string) =>
      ((await page.call('audit.events', { event })) as { events: object[] }).events;
    expect(await events('user.passkey-added')).toMatchObject([{ detail: { kind: 'passkey' } }]);
    const entries = await events('user.signed-in');
    expect(entries).toContainEqual(
      expect.objectContaining({ outcome: 'refused', detail: { key: 'answer' } }),
    );
    expect(entries).toContainEqual(
      expect.objectContaining({ outcome: 'done', detail: { first: false, factor: 'passkey' } }),
    );
  });
});
