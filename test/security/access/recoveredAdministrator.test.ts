import { describe, expect, it } from 'vitest';
import { createSystemClock } from '../../../src/adapters/system';
import type { Administrator, BreakGlassGrant, IssuedInvitation } from '../../../src/contract';
import { createAuthenticator } from '../../support/engine/authenticator';
import { createCaller } from '../../support/engine/calls';
import { NOBODY } from '../../support/engine/examples';
import { startStaffed } from '../../support/engine/staffed';

const PASSWORD = 'a boat full of apples 4';

async function start() {
  const staffed = await startStaffed();
  const { operator, acme, test } = staffed;
  const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
  const uma = await staffed.add('uma@acme.example', 'user');
  const begin = (tenant = acme) =>
    operator.call<BreakGlassGrant>(
      'breakGlass.begin',
      { reason: 'the last one is locked out', minutes: 30 },
      tenant,
    );
  const recover = (grant: string, id: string, resetSecondFactor = false) =>
    operator.call<IssuedInvitation>(
      'breakGlass.recoverAdministrator',
      { grant, id, resetSecondFactor },
      acme,
    );
  const stranger = createCaller(test.engine, 'window:recovered');
  const accept = (code: string) =>
    stranger.call(
      'tenant',
      'people.acceptInvitation',
      { email: ada.email, code, password: PASSWORD },
      { tenant: acme },
    );
  return { ...staffed, ada, uma, begin, recover, accept };
}

describe('an administrator who cannot get in', () => {
  it('gets a code under a grant; the sessions end, and the tenant reads why', async () => {
    const { ada, begin, recover, accept, signIn, operator, acme } = await start();
    const grant = await begin();
    const listed = await operator.call<Administrator[]>(
      'breakGlass.administrators',
      { grant: grant.id },
      acme,
    );
    expect(listed).toContainEqual(expect.objectContaining({ id: ada.id, email: ada.email, state: 'active' }));
    const { code } = await recover(grant.id, ada.id);
    await expect(ada.call('people.list', { limit: 5 })).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    await expect(signIn(ada)).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await accept(code);
    const { events } = await operator.call<{
      events: { outcome: string; target: string; detail: object; origin: { grant: string | null } }[];
    }>('audit.events', { limit: 10, event: 'break-glass.administrator-recovered' }, acme);
    expect(events).toMatchObject([
      { outcome: 'done', target: ada.id, detail: { secondFactor: 'kept' }, origin: { grant: grant.id } },
    ]);
  });

  it('gets none without a grant, under one of another tenant, or under one that was ended', async () => {
    const { ada, other, begin, recover, operator, acme } = await start();
    const foreign = await begin(other);
    const own = await begin();
    await operator.call('breakGlass.end', { id: own.id }, acme);
    for (const grant of [NOBODY, foreign.id, own.id]) {
      await expect(recover(grant, ada.id)).rejects.toMatchObject({ code: 'BREAK_GLASS_REQUIRED' });
    }
    await ada.call('people.list', { limit: 5 });
  });

  it('is one: no code is given to who does not administer the tenant, and nobody of it gives one', async () => {
    const { ada, uma, begin, recover } = await start();
    const grant = await begin();
    for (const id of [uma.id, NOBODY]) {
      await expect(recover(grant.id, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await uma.call('assistant.conversations', { limit: 5 });
    const input = { grant: grant.id, id: uma.id, resetSecondFactor: false };
    await expect(ada.call('breakGlass.recoverAdministrator', input)).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
  });

  it('loses a second factor only where that is wished', async () => {
    const { ada, begin, recover, operator, acme } = await start();
    const { secret } = await ada.call<{ secret: string }>('account.beginSecondFactor');
    const code = createAuthenticator(secret, createSystemClock()).code();
    await ada.call('account.finishSecondFactor', { code });
    const grant = await begin();
    const factorOf = async () => {
      const listed = await operator.call<Administrator[]>(
        'breakGlass.administrators',
        { grant: grant.id },
        acme,
      );
      return listed.find(({ id }) => id === ada.id)?.hasSecondFactor;
    };
    await recover(grant.id, ada.id);
    expect(await factorOf()).toBe(true);
    await recover(grant.id, ada.id, true);
    expect(await factorOf()).toBe(false);
  });
});
