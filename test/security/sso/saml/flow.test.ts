import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SsoProvider, User } from '../../../../src/contract';
import { problemOf } from '../../../support/engine/calls';
import { openSamlWorld, type PostedForm, type SamlWorld } from '../../../support/sso/samlWorld';
import { sendTo } from '../../../support/sso/web';

/* Right answers of the provider, brought where or when nobody waits for them. */

const cleanUp: (() => Promise<void>)[] = [];
let world: SamlWorld;
let provider: SsoProvider;

const LEA = { nameId: 'id-of-lea', email: 'lea@acme.example', name: 'Lea Example', groups: ['staff'] };
const EVE = { nameId: 'id-of-eve', email: 'eve@acme.example', name: 'Eve Example', groups: ['staff'] };

beforeAll(async () => {
  world = await openSamlWorld((end) => cleanUp.push(end));
  provider = await world.addProvider();
});
afterAll(async () => {
  for (const clean of cleanUp.reverse()) await clean();
});
afterEach(() => {
  world.browser.onForm = (form) => form;
  world.idp.manner.person = LEA;
});

async function refused(sending: Promise<{ status: number; body: string }>): Promise<void> {
  expect(await sending).toMatchObject({ status: 400, body: expect.stringContaining('not known') });
}

/** Signs in as somebody, but keeps the form from being posted. @returns it, and the sign-in that goes on waiting */
async function held(person: typeof LEA) {
  world.idp.manner.person = person;
  const kept = Promise.withResolvers<PostedForm>();
  world.browser.onForm = (form) => {
    kept.resolve(form);
    return null;
  };
  const signedIn = world.signIn(provider);
  signedIn.catch(() => undefined);
  return { form: await kept.promise, signedIn };
}

describe('an answer of the provider', () => {
  it('is heard once', async () => {
    await world.signIn(provider);
    await world.browser.settled();
    const form = world.browser.forms.at(-1) as PostedForm;
    await refused(world.browser.post(form));
    await refused(world.browser.post(form));
  });

  it('is not heard in another window’s stead, with the state of that window', async () => {
    const first = await held(EVE);
    const second = await held(LEA);
    const { SAMLResponse = '' } = first.form.fields;
    // Eve’s answer, brought into the window in which Lea waits: it answers another request.
    const crossed = { ...second.form, fields: { ...second.form.fields, SAMLResponse } };
    expect(await world.browser.post(crossed)).toMatchObject({ status: 403 });
    expect(await problemOf(second.signedIn)).toMatchObject({ code: 'SIGN_ON_REFUSED' });
    // A bad answer has used the state up; the right one comes too late.
    await refused(world.browser.post(second.form));
    expect(await world.browser.post(first.form)).toMatchObject({ status: 200 });
    expect((await first.signedIn).user?.email).toBe(EVE.email);
  });

  it('is not heard without a state, with one that was made up, or with two', async () => {
    const { form, signedIn } = await held(LEA);
    const { SAMLResponse = '', RelayState = '' } = form.fields;
    await refused(world.browser.post({ ...form, fields: { SAMLResponse } }));
    await refused(world.browser.post({ ...form, fields: { SAMLResponse, RelayState: `${RelayState} ` } }));
    await refused(world.browser.post({ ...form, fields: { SAMLResponse, RelayState: '__proto__' } }));
    expect(await world.browser.post(form)).toMatchObject({ status: 200 });
    await signedIn;
  });

  it('is not heard at another provider’s address, of this tenant or of another', async () => {
    const other = await world.addProvider({ serviceEntityId: 'urn:other' });
    const { form, signedIn } = await held(LEA);
    for (const id of [other.id, '01a20000-0000-7000-8000-000000000000']) {
      await refused(world.browser.post({ ...form, to: form.to.replace(provider.id, id) }));
    }
    // The state was not used up by who knows no more than it: the right address still answers.
    expect(await world.browser.post(form)).toMatchObject({ status: 200 });
    await signedIn;
  });

  it('is not heard when the window began anew, or is gone', async () => {
    const window = world.window();
    world.browser.onForm = () => null;
    const first = world.signIn(provider, window);
    first.catch(() => undefined);
    await expect.poll(() => world.browser.forms.length).toBeGreaterThan(0);
    await world.browser.settled();
    const form = world.browser.forms.at(-1) as PostedForm;
    world.browser.onForm = (next) => next;
    await world.signIn(provider, window);
    expect(await problemOf(first)).toMatchObject({ code: 'CANCELLED' });
    await refused(world.browser.post(form));
  });

  it('is not heard by GET, nor as anything but a form', async () => {
    const { form, signedIn } = await held(LEA);
    const query = new URLSearchParams(form.fields).toString();
    expect(await sendTo(`${form.to}?${query}`, world.browser.listener)).toMatchObject({ status: 404 });
    const sending = { method: 'POST', headers: { 'content-type': 'text/xml' }, body: query };
    expect(await sendTo(form.to, world.browser.listener, sending)).toMatchObject({ status: 404 });
    expect(await world.browser.post(form)).toMatchObject({ status: 200 });
    await signedIn;
  });

  it('makes nobody an account by what was changed in it', async () => {
    world.browser.onForm = (form) => {
      const xml = Buffer.from(form.fields.SAMLResponse ?? '', 'base64').toString();
      const changed = xml.replaceAll('staff', 'admins').replaceAll('lea@', 'boss@');
      return { ...form, fields: { ...form.fields, SAMLResponse: Buffer.from(changed).toString('base64') } };
    };
    expect(await problemOf(world.signIn(provider))).toMatchObject({ code: 'SIGN_ON_REFUSED' });
    const people = await world.ask<User[]>(world.administrator, 'users.list');
    expect(people.some(({ email }) => email === 'boss@acme.example')).toBe(false);
  });
});
