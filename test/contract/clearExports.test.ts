import { describe, expect, it } from 'vitest';
import type { ApprovalRequest, AuditEventView } from '../../src/contract';
import { collect } from '../support/engine/calls';
import { type Person, startStaffed } from '../support/engine/staffed';

/** Every way in which data of a tenant leave in the clear. */
const EXPORTS: readonly (readonly [string, object])[] = [
  ['audit.exportEvents', { format: 'csv' }],
  ['audit.export', { format: 'jsonl' }],
  ['isolation.exportLedger', { format: 'csv' }],
  ['people.exportList', { format: 'csv' }],
];

const leave = async (person: Person, [name, input]: (typeof EXPORTS)[number]) =>
  collect(await person.call(name, input));

describe.each(EXPORTS)('%s', (name, input) => {
  it('takes the word of a second person where the tenant demands it, once, and names it in the chain', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const bob = await add('bob@acme.example', 'tenant-admin');
    await leave(ada, [name, input]);
    await ada.call('approvals.setPolicy', { acts: ['decrypted-export'], hours: 24 });
    await expect(leave(ada, [name, input])).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    const asked = await ada.call<ApprovalRequest>('approvals.request', {
      act: 'decrypted-export',
      reason: 'The auditor wants it.',
    });
    await expect(leave(ada, [name, input])).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    await bob.call('approvals.decide', { id: asked.id, approve: true });
    // It was given to the one who asked.
    await expect(leave(bob, [name, input])).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    expect((await leave(ada, [name, input])).length).toBeGreaterThan(0);
    await expect(leave(ada, [name, input])).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    const { events } = await ada.call<{ events: AuditEventView[] }>('audit.events', { limit: 50 });
    const named = events.filter(({ origin }) => origin.approval === asked.id);
    expect(named.map(({ event }) => event)).toHaveLength(1);
    expect(named[0]?.event).toMatch(/exported$/);
  });
});

it('says in the explanation of access that it takes one', async () => {
  const { add } = await startStaffed();
  const ada = await add('ada.b@acme.example', 'tenant-admin');
  await add('bob@acme.example', 'tenant-admin');
  await ada.call('approvals.setPolicy', { acts: ['decrypted-export'], hours: 24 });
  const explained = await ada.call('access.explain', { person: ada.id, action: 'tenant.audit.export' });
  expect(explained).toMatchObject({
    reasons: expect.arrayContaining([expect.objectContaining({ kind: 'policy', effect: 'demands' })]),
  });
});
