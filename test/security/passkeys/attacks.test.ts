import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestEngine } from '../../support/engine';
import { problemOf } from '../../support/engine/calls';
import { openTestWindow } from '../../support/engine/client';
import { giveToDirectory } from '../../support/engine/directoryPerson';
import { folderUntil } from '../../support/engine/folders';
import { ORIGIN, openKeyPage } from '../../support/engine/keyPage';
import { addMember, MEMBER_PASSWORD } from '../../support/engine/members';
import { createSoftKey, type Ways } from '../../support/engine/softKey';
import { TestClock } from '../../support/engine/testClock';
import { ADMINISTRATOR, createOperator, createTenant } from '../../support/engine/world';

const { email, password } = ADMINISTRATOR;
const REFUSED = { code: 'PASSKEY_REFUSED' };

async function start() {
  const clock = new TestClock();
  const test = startTestEngine(await folderUntil(onTestFinished), { clock });
  onTestFinished(() => test.engine.close());
  const { client: operator } = openTestWindow(test.engine);
  await createOperator(operator);
  const tenant = await createTenant(operator);
  const open = (more: { source?: string; window?: string } = {}) =>
    openKeyPage(test.engine, { tenant, ...more });
  async function signedIn() {
    const page = open();
    await page.signIn(email, password);
    return page;
  }
  /** A member whose passkey is in use. */
  async function withPasskey() {
    const key = createSoftKey();
    const page = await signedIn();
    await page.add(key, 'passkey');
    return { key, page };
  }
  return { test, clock, operator, tenant, open, signedIn, withPasskey };
}

/** Turns one bit of a base64url text round. */
function flipped(text: string): string {
  const bytes = Buffer.from(text, 'base64url');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes.toString('base64url');
}

describe('an answer that is not right opens nothing', () => {
  const WRONG: readonly (readonly [string, Ways])[] = [
    ['another origin', { origin: 'https://console.example' }],
    ['another host of the same name', { origin: 'https://console.example:8444' }],
    ['another RP ID', { rpId: 'example' }],
    ['a challenge that nobody made', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['nobody present', { present: false }],
    ['nobody verified', { verified: false }],
    ['the type of a registration', { type: 'webauthn.create' }],
    ['the frame of another page', { crossOrigin: true }],
    ['no user handle', { userHandle: null }],
    ['the handle of nobody', { userHandle: Buffer.from('nobody').toString('base64url') }],
    ['another credential', { id: 'AAAA' }],
  ];
  it.each(WRONG)('%s', async (_what, ways) => {
    const { open, withPasskey } = await start();
    const { key } = await withPasskey();
    const page = open();
    expect(await problemOf(page.signInWith(key, ways))).toMatchObject(REFUSED);
    expect(await problemOf(page.call('users.list'))).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('a signature with one bit turned', async () => {
    const { open, withPasskey } = await start();
    const { key } = await withPasskey();
    const page = open();
    const answer = key.answer(await page.askToSignIn(), ORIGIN);
    const { signature } = answer.response;
    const response = { ...answer.response, signature: flipped(signature) };
    expect(await problemOf(page.enter({ ...answer, response }))).toMatchObject(REFUSED);
  });

  it('a counter that does not grow', async () => {
    const { open, withPasskey } = await start();
    const { key } = await withPasskey();
    await open().signInWith(key, { counter: 40 });
    for (const counter of [40, 39, 0])
      expect(await problemOf(open().signInWith(key, { counter }))).toMatchObject(REFUSED);
    const page = open();
    await page.signInWith(key, { counter: 41 });
    const { events } = (await page.call('audit.events', { event: 'user.signed-in' })) as { events: object[] };
    const refused = events.filter((event) => 'outcome' in event && event.outcome === 'refused');
    expect(refused).toMatchObject([40, 39, 0].map(() => ({ detail: { key: 'counter' } })));
  });
});

describe('a challenge', () => {
  it('is good once, also when the first answer was wrong', async () => {
    const { open, withPasskey } = await start();
    const { key } = await withPasskey();
    const page = open();
    const asked = await page.askToSignIn();
    await page.enter(key.answer(asked, ORIGIN));
    expect(await problemOf(page.enter(key.answer(asked, ORIGIN)))).toMatchObject(REFUSED);
    const next = open();
    const again = await next.askToSignIn();
    expect(await problemOf(next.enter(key.answer(again, ORIGIN, { present: false })))).toMatchObject(REFUSED);
    expect(await problemOf(next.enter(key.answer(again, ORIGIN)))).toMatchObject(REFUSED);
  });

  it('is over after five minutes', async () => {
    const { clock, open, withPasskey } = await start();
    const { key } = await withPasskey();
    const page = open();
    const asked = await page.askToSignIn();
    clock.pass(5 * 60_000 + 1);
    expect(await problemOf(page.enter(key.answer(asked, ORIGIN)))).toMatchObject(REFUSED);
  });

  it('counts only in the window that asked, and from where it asked', async () => {
    const { open, withPasskey } = await start();
    const { key } = await withPasskey();
    for (const [asking, coming] of [
      [open(), open()],
      [open({ source: 'address:a' }), open({ source: 'address:a' })],
    ] as const) {
      const asked = await asking.askToSignIn();
      expect(await problemOf(coming.enter(key.answer(asked, ORIGIN)))).toMatchObject(REFUSED);
    }
  });

  it('of one session is worth nothing in another', async () => {
    const { open } = await start();
    // Also in the same tab, for whoever signs in there next.
    const [one, two] = [
      open({ window: 'tab', source: 'address:a' }),
      open({ window: 'tab', source: 'address:a' }),
    ];
    for (const page of [one, two]) await page.signIn(email, password);
    const [ofOne, ofTwo] = [await one.begin('passkey'), await two.begin('passkey')];
    const key = createSoftKey();
    expect(await problemOf(one.finish(key.make(ofTwo, ORIGIN)))).toMatchObject(REFUSED);
    expect(await problemOf(two.finish(key.make(ofOne, ORIGIN)))).toMatchObject(REFUSED);
  });

  it('for a proof does not sign in, and one to sign in is no proof', async () => {
    const { open, withPasskey } = await start();
    const { key, page } = await withPasskey();
    const asked = await page.ask();
    expect(await problemOf(open().enter(key.answer(asked, ORIGIN)))).toMatchObject(REFUSED);
    const begun = { ...(await page.ask()), challenge: (await page.begin('security-key')).challenge };
    expect(await problemOf(page.stepUp(key.answer(begun, ORIGIN)))).toMatchObject(REFUSED);
    const other = await page.askToSignIn();
    expect(await problemOf(page.stepUp(key.answer(other, ORIGIN)))).toMatchObject(REFUSED);
  });

  it('is random each time', async () => {
    const { open } = await start();
    const page = open();
    const challenges = new Set<string>();
    for (let asked = 0; asked < 50; asked += 1) challenges.add((await page.askToSignIn()).challenge);
    expect(challenges.size).toBe(50);
  });
});

describe('a registration', () => {
  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another RP ID', { rpId: 'evil.example' }],
    ['nobody present', { present: false }],
    ['nobody verified, for a passkey', { verified: false }],
    ['the type of an answer', { type: 'webauthn.get' }],
  ] satisfies [string, Ways][])('is refused with %s', async (_what, ways) => {
    const { signedIn } = await start();
    const page = await signedIn();
    expect(await problemOf(page.add(createSoftKey(), 'passkey', ways))).toMatchObject(REFUSED);
    expect((await page.factors()).factors).toEqual([]);
  });

  it('of a credential that somebody has already is refused', async () => {
    const { test, tenant, open, withPasskey } = await start();
    const { key } = await withPasskey();
    const taken = key.answer(await open().askToSignIn(), ORIGIN).id;
    const member = { email: 'mia@acme.example', role: 'user' as const };
    await addMember(test, tenant, member);
    const mia = open();
    await mia.signIn(member.email, MEMBER_PASSWORD);
    const added = mia.add(createSoftKey(), 'passkey', { id: taken });
    expect(await problemOf(added)).toMatchObject({ code: 'CONFLICT' });
    expect((await mia.factors()).factors).toEqual([]);
  });
});

describe('a key of somebody else', () => {
  it('is no proof of one’s own', async () => {
    const { test, tenant, open, withPasskey } = await start();
    const { key } = await withPasskey();
    const member = { email: 'mia@acme.example', role: 'user' as const };
    await addMember(test, tenant, member);
    const mia = open();
    await mia.signIn(member.email, MEMBER_PASSWORD);
    const own = createSoftKey();
    await mia.add(own, 'security-key');
    const asked = { ...(await mia.ask()), allowCredentials: [] };
    expect(await problemOf(mia.stepUp(key.answer(asked, ORIGIN)))).toMatchObject(REFUSED);
    const { id } = own.answer(await mia.ask(), ORIGIN);
    const again = { ...(await mia.ask()), allowCredentials: [] };
    expect(await problemOf(mia.stepUp(key.answer(again, ORIGIN, { id })))).toMatchObject(REFUSED);
  });

  it('cannot be renamed or removed', async () => {
    const { test, tenant, open, withPasskey } = await start();
    const { page } = await withPasskey();
    const id = (await page.factors()).factors[0]?.id;
    const member = { email: 'mia@acme.example', role: 'user' as const };
    await addMember(test, tenant, member);
    const mia = open();
    await mia.signIn(member.email, MEMBER_PASSWORD);
    for (const [name, input] of [
      ['account.removePasskey', { id }],
      ['account.renamePasskey', { id, name: 'Mine' }],
    ] as const) {
      expect(await problemOf(mia.call(name, input))).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect((await page.factors()).factors).toHaveLength(1);
  });

  it('of another tenant opens nothing here', async () => {
    const { test, operator, withPasskey } = await start();
    const { key } = await withPasskey();
    const other = await createTenant(operator, { domain: 'other.example' });
    const page = openKeyPage(test.engine, { tenant: other });
    expect(await problemOf(page.signInWith(key))).toMatchObject(REFUSED);
    const absent = openKeyPage(test.engine, { tenant: 'absent.example' });
    expect(await problemOf(absent.signInWith(key))).toMatchObject(REFUSED);
    const installation = openKeyPage(test.engine, { tenant: null });
    expect(await problemOf(installation.signInWith(key))).toMatchObject(REFUSED);
  });
});

describe('a key opens nothing any more', () => {
  it('when it was removed, also while the browser was asking', async () => {
    const { open, withPasskey } = await start();
    const { key, page } = await withPasskey();
    const other = open();
    const asked = await other.askToSignIn();
    const id = (await page.factors()).factors[0]?.id;
    await page.call('account.removePasskey', { id });
    expect(await problemOf(other.enter(key.answer(asked, ORIGIN)))).toMatchObject(REFUSED);
  });

  it('when its person was disabled', async () => {
    const { test, tenant, open, signedIn } = await start();
    const member = { email: 'mia@acme.example', role: 'user' as const };
    const { id } = await addMember(test, tenant, member);
    const mia = open();
    await mia.signIn(member.email, MEMBER_PASSWORD);
    const key = createSoftKey();
    await mia.add(key, 'passkey');
    await open().signInWith(key);
    const change = { ids: [id], change: { kind: 'disable' }, reason: 'left' };
    await (await signedIn()).call('people.change', change);
    expect(await problemOf(open().signInWith(key))).toMatchObject(REFUSED);
  });

  it('when its tenant was suspended', async () => {
    const { operator, tenant, open, withPasskey } = await start();
    const { key } = await withPasskey();
    const page = open();
    const asked = await page.askToSignIn();
    await operator.installation.tenants.suspend({ id: tenant, reason: 'unpaid' });
    expect(await problemOf(page.enter(key.answer(asked, ORIGIN)))).toMatchObject(REFUSED);
    expect(await problemOf(open().signInWith(key))).toMatchObject(REFUSED);
  });
});

it('a passkey signs nobody in alone for whom a directory vouches, and they can add none', async () => {
  const { test, tenant, open } = await start();
  const member = { email: 'mia@acme.example', role: 'user' as const };
  const { id } = await addMember(test, tenant, member);
  const mia = open();
  await mia.signIn(member.email, MEMBER_PASSWORD);
  const key = createSoftKey();
  await mia.add(key, 'passkey');
  await open().signInWith(key);
  await giveToDirectory(test, tenant, { id });
  expect(await problemOf(open().signInWith(key))).toMatchObject(REFUSED);
  expect(await mia.factors()).toMatchObject({ passkeys: { alone: false } });
  expect(await problemOf(mia.begin('passkey'))).toMatchObject({ code: 'NOT_ALLOWED' });
  await mia.stepUp(key.answer(await mia.ask(), ORIGIN));
  await mia.begin('security-key');
});

it('a security key does not sign in alone, even when it could', async () => {
  const { open, signedIn } = await start();
  const key = createSoftKey();
  await (await signedIn()).add(key, 'security-key');
  expect(await problemOf(open().signInWith(key))).toMatchObject(REFUSED);
});

it('whoever guesses waits', async () => {
  const { open, withPasskey } = await start();
  const { key } = await withPasskey();
  const page = open();
  const codes: unknown[] = [];
  for (let tries = 0; tries < 8; tries += 1) {
    const problem = (await problemOf(page.signInWith(key, { rpId: 'evil.example' }))) as { code: string };
    codes.push(problem.code);
  }
  expect(codes).toContain('TOO_MANY_TRIES');
  // A password is tried apart from it.
  expect(await page.signIn(email, password)).toMatchObject({ needs: 'second-factor' });
});

it('a stranger is told the same whether there is such a tenant or not', async () => {
  const { test, tenant, withPasskey } = await start();
  const { key } = await withPasskey();
  const [here, nowhere] = [tenant, 'absent.example'].map((at) => openKeyPage(test.engine, { tenant: at }));
  const asked = [await here?.askToSignIn(), await nowhere?.askToSignIn()].map((options) => ({
    ...options,
    challenge: '',
  }));
  expect(asked[0]).toEqual(asked[1]);
  const forged = { userHandle: Buffer.from('nobody').toString('base64url') };
  const told = await Promise.all(
    [here, nowhere].map((page) => page && problemOf(page.signInWith(key, forged))),
  );
  expect(told[0]).toEqual(told[1]);
});
