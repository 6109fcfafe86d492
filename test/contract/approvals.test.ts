import { describe, expect, it } from 'vitest';
import type { AccessExplanation, ApprovalPolicy, ApprovalRequest } from '../../src/contract';
import { type Person, startStaffed } from '../support/engine/staffed';

const demand = (person: Person, acts: readonly string[], hours = 24) =>
  person.call<ApprovalPolicy>('approvals.setPolicy', { acts, hours });

const agree = (person: Person, id: string, approve = true) =>
  person.call<ApprovalRequest>('approvals.decide', { id, approve });

async function withTwo() {
  const staffed = await startStaffed();
  const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
  const bob = await staffed.add('bob@acme.example', 'tenant-admin');
  const { operator, acme } = staffed;
  const ask = (act: string) =>
    operator.call<ApprovalRequest>('approvals.request', { act, reason: 'The contract has ended.' }, acme);
  const remove = () => operator.installation('tenants.delete', { id: acme, confirmName: 'Acme Corporation' });
  return { ...staffed, ada, bob, ask, remove };
}

describe('the deletion of a tenant that wants two persons for it', () => {
  it('takes a request of the operator and the word of somebody in the tenant', async () => {
    const { ada, ask, remove, operator } = await withTwo();
    const policy = await demand(ada, ['tenant-delete']);
    expect(policy).toMatchObject({ acts: ['tenant-delete'], hours: 24 });
    await expect(remove()).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    const asked = await ask('tenant-delete');
    expect(asked).toMatchObject({ state: 'pending', requestedBy: { role: 'operator' }, mine: false });
    await expect(remove()).rejects.toMatchObject({
      code: 'APPROVAL_REQUIRED',
      detail: { reason: expect.stringContaining('nobody else has given their word yet') },
    });
    const [seen] = await ada.call<ApprovalRequest[]>('approvals.list');
    expect(seen).toMatchObject({ id: asked.id, mine: true, reason: 'The contract has ended.' });
    expect(await agree(ada, asked.id)).toMatchObject({ state: 'approved', mine: false });
    await remove();
    const { tenants } = await operator.installation<{ tenants: object[] }>('tenants.list');
    expect(tenants).toHaveLength(1);
  });

  it('is refused when the word is', async () => {
    const { ada, bob, ask, remove } = await withTwo();
    await demand(ada, ['tenant-delete']);
    const asked = await ask('tenant-delete');
    expect(await agree(bob, asked.id, false)).toMatchObject({ state: 'denied' });
    await expect(agree(ada, asked.id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(remove()).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
  });

  it('needs nobody else where the tenant demands nothing', async () => {
    const { remove } = await withTwo();
    await remove();
  });
});

describe('the policy', () => {
  it('can be demanded only where somebody else could give their word', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const people = await ada.call<{ id: string; email: string }[]>('access.people');
    const first = people.find(({ id }) => id !== ada.id);
    await ada.call('access.assign', { id: first?.id, role: 'user', customRoles: [] });
    await expect(demand(ada, ['decrypted-export'])).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is part of an explanation', async () => {
    const { ada } = await withTwo();
    await demand(ada, ['break-glass']);
    const { reasons } = await ada.call<AccessExplanation>('access.explain', {
      person: null,
      action: 'tenant.breakGlass.begin',
    });
    expect(reasons).toContainEqual(expect.objectContaining({ kind: 'policy', effect: 'demands' }));
  });

  it('stands for the rotation of keys too', async () => {
    const { ada, ask, operator, acme } = await withTwo();
    await demand(ada, ['key-rotation']);
    const rotate = () => operator.installation('keys.rotate', { id: acme });
    await expect(rotate()).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    await agree(ada, (await ask('key-rotation')).id);
    await rotate();
    await expect(rotate()).rejects.toMatchObject({
      code: expect.stringMatching(/APPROVAL_REQUIRED|CONFLICT|NOT_READY/),
    });
  });

  it('stands for the recovery kit of the key', async () => {
    const { ada, ask, operator, acme } = await withTwo();
    await demand(ada, ['recovery-kit']);
    const make = () => operator.installation('keys.makeKit', { tenantId: acme, threshold: 2, shares: 3 });
    await expect(make()).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    await agree(ada, (await ask('recovery-kit')).id);
    await make();
    await expect(make()).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
  });

  it('leaves an event of each step, with the request', async () => {
    const { ada, ask, remove, bob } = await withTwo();
    await demand(ada, ['tenant-delete']);
    const { id } = await ask('tenant-delete');
    await expect(remove()).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    await agree(bob, id);
    const { events } = await ada.call<{ events: { event: string; target: string; actor: string }[] }>(
      'audit.events',
      { limit: 50 },
    );
    const steps = events.filter(({ target }) => target === id).map(({ event }) => event);
    expect(steps).toEqual(['approval.decided', 'approval.requested']);
  });
});
