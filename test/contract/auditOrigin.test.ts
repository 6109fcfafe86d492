import { describe, expect, it } from 'vitest';
import type {
  ApprovalRequest,
  AuditEventView,
  BreakGlassGrant,
  CustomRole,
  NewApiKey,
} from '../../src/contract';
import { createCaller } from '../support/engine/calls';
import { type Person, startStaffed } from '../support/engine/staffed';

async function eventsOf(person: Person, filter: object): Promise<readonly AuditEventView[]> {
  const page = await person.call<{ events: AuditEventView[] }>('audit.events', { limit: 50, ...filter });
  return page.events;
}

describe('an event of the chain', () => {
  it('says through which window, in which session and in which role somebody acted', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    await ada.call('access.createRole', { name: 'Auditor', permissions: ['audit.view'] });
    const [event] = await eventsOf(ada, { event: 'access.role-created' });
    expect(event?.origin).toMatchObject({ from: expect.stringMatching(/^window:\d+$/), as: 'tenant-admin' });
    const [signedIn] = await eventsOf(ada, { event: 'user.signed-in', actor: ada.id });
    expect(event?.origin.session).toBe(signedIn?.target);
    expect(signedIn?.origin).toMatchObject({ from: event?.origin.from, as: 'tenant-admin' });
  });

  it('names the custom role that allowed it, where the role itself did not', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const gil = await add('gil@acme.example', 'guest');
    const auditor = await ada.call<CustomRole>('access.createRole', {
      name: 'Auditor',
      permissions: ['audit.view'],
    });
    await ada.call('access.assign', { id: gil.id, role: 'guest', customRoles: [auditor.id] });
    await gil.call('audit.events', { limit: 5 });
    const [viewed] = await eventsOf(ada, { event: 'audit.viewed', actor: gil.id });
    expect(viewed?.origin.as).toBe(`custom-role:${auditor.id}`);
  });

  it('names the API key by its beginning', async () => {
    const { add, test, acme } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const { secret, key } = await ada.call<NewApiKey>('apiKeys.create', {
      name: 'SIEM',
      scopes: ['audit.view'],
      expiresInDays: 30,
    });
    const program = createCaller(test.engine, 'address:10.0.0.7');
    program.credential = secret;
    await program.call('tenant', 'audit.events', { limit: 5 }, { tenant: acme });
    const [viewed] = await eventsOf(ada, { event: 'audit.viewed', source: key.prefix });
    expect(viewed?.origin).toMatchObject({
      ...{ from: 'address:10.0.0.7', key: key.prefix },
      ...{ session: null, as: 'tenant-admin' },
    });
    expect(secret.startsWith(key.prefix)).toBe(true);
  });

  it('names the grant that an operator looked under, and the word of the second person for it', async () => {
    const { add, operator, acme } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    await ada.call('approvals.setPolicy', { acts: ['break-glass'], hours: 24 });
    const asked = await operator.call<ApprovalRequest>(
      'approvals.request',
      { act: 'break-glass', reason: 'A support case.' },
      acme,
    );
    await ada.call('approvals.decide', { id: asked.id, approve: true });
    const grant = await operator.call<BreakGlassGrant>(
      'breakGlass.begin',
      { reason: 'A support case.', minutes: 5 },
      acme,
    );
    await operator.call('breakGlass.conversations', { grant: grant.id }, acme);
    const [begun] = await eventsOf(ada, { event: 'break-glass.begun' });
    expect(begun?.origin).toMatchObject({ as: 'operator', approval: asked.id });
    const [looked] = await eventsOf(ada, { event: 'break-glass.conversations-listed' });
    expect(looked?.origin).toMatchObject({ as: 'operator', grant: grant.id, approval: null });
  });

  it('says of a try without a session only from where it came', async () => {
    const { add, test, acme } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const stranger = createCaller(test.engine, 'window:stranger');
    const credentials = { email: 'x@y.example', password: 'no' };
    await expect(
      stranger.call('tenant', 'identity.signIn', credentials, { tenant: acme }),
    ).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    const [refused] = await eventsOf(ada, { outcome: 'refused' });
    expect(refused?.origin).toMatchObject({ from: 'window:stranger', as: null, session: null, key: null });
  });

  it('says of the console itself which job it was', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    await ada.call('audit.setRetention', { keepDays: 90 });
    const jobs = await eventsOf(ada, { source: 'job:' });
    for (const { actor, origin } of jobs) expect(origin.from).toBe(actor.replace(/^system/, 'job'));
  });
});

describe('what a change was', () => {
  it('stands there as keyed hashes: the same for the same, and another at another tenant', async () => {
    const { add, other } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const role = { name: 'Auditor', permissions: ['audit.view'] };
    const { id, revision } = await ada.call<CustomRole>('access.createRole', role);
    await ada.call('access.updateRole', {
      id,
      revision,
      ...role,
      permissions: ['audit.view', 'knowledge.read'],
    });
    await ada.call('access.updateRole', { id, revision: revision + 1, ...role });
    await ada.call('access.removeRole', { id });
    const [removed, back, changed, created] = (await eventsOf(ada, { target: id })).map(
      ({ origin }) => origin,
    );
    expect(created).toMatchObject({ before: null, after: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(changed?.before).toBe(created?.after);
    expect(changed?.after).not.toBe(created?.after);
    expect(back).toMatchObject({ before: changed?.after, after: created?.after });
    expect(removed).toMatchObject({ before: created?.after, after: null });

    const eve = await add('eve@other.example', 'tenant-admin', other);
    const theirs = await eve.call<CustomRole>('access.createRole', role);
    const [elsewhere] = await eventsOf(eve, { target: theirs.id });
    expect(elsewhere?.origin.after).not.toBe(created?.after);
  });

  it('is kept for a role of a person, a policy, retention, streaming and the rules of approval', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const bob = await add('bob@acme.example', 'tenant-admin');
    const uma = await add('uma@acme.example', 'user');
    await ada.call('access.assign', { id: uma.id, role: 'guest', customRoles: [] });
    await ada.call('audit.setRetention', { keepDays: 90 });
    await ada.call('approvals.setPolicy', { acts: ['break-glass'], hours: 24 });
    const policy = await bob.call<{ sessions: object }>('account.policy');
    await bob.call('account.setPolicy', policy);
    for (const event of [
      'access.assigned',
      'audit.retention-set',
      'approvals.policy-set',
      'user.policy-changed',
    ]) {
      const [found] = (await eventsOf(ada, { event })).filter(({ outcome }) => outcome === 'done');
      expect(found?.origin, event).toMatchObject({
        before: expect.stringMatching(/^[0-9a-f]{64}$/),
        after: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    }
  });
});
