import { describe, expect, it } from 'vitest';
import type { ApprovalRequest, BreakGlassGrant, Conversation } from '../../../src/contract';
import { NOBODY } from '../../support/engine/examples';
import { startStaffed } from '../../support/engine/staffed';
import { TestClock } from '../../support/engine/testClock';

const MINUTE = 60_000;

async function start() {
  const clock = new TestClock();
  const staffed = await startStaffed({ clock });
  const { operator, acme } = staffed;
  const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
  const uma = await staffed.add('uma@acme.example', 'user');
  const stream = await uma.call<AsyncIterable<unknown>>('assistant.ask', { content: 'Am I being let go?' });
  for await (const _ of stream);
  const { conversations } = await uma.call<{ conversations: Conversation[] }>('assistant.conversations', {
    limit: 5,
  });
  const conversation = conversations[0]?.id ?? '';
  const begin = (tenant = acme) =>
    operator.call<BreakGlassGrant>('breakGlass.begin', { reason: 'a support case', minutes: 30 }, tenant);
  const read = (grant: string, tenant = acme) =>
    operator.call<{ messages: { text: string }[] }>('breakGlass.read', { grant, id: conversation }, tenant);
  const eventsOf = async (grant: string) => {
    const { events } = await ada.call<{
      events: {
        event: string;
        outcome: string;
        target: string | null;
        detail: Record<string, unknown>;
        origin: { grant: string | null };
      }[];
    }>('audit.events', { limit: 100 });
    return events.filter(({ detail, origin }) => (origin.grant ?? detail.grant) === grant);
  };
  return { ...staffed, clock, ada, uma, conversation, begin, read, eventsOf };
}

describe('an operator who reads conversations', () => {
  it('does so under a grant that the tenant sees, with an event at every look', async () => {
    const { begin, read, ada, uma, conversation, eventsOf, operator, acme } = await start();
    expect(await uma.call('breakGlass.current')).toEqual([]);
    const grant = await begin();
    expect(await uma.call('breakGlass.current')).toEqual([
      {
        id: grant.id,
        operator: { id: operator.id, name: 'Olga Operator' },
        begunAt: grant.begunAt,
        expiresAt: grant.begunAt + 30 * MINUTE,
      },
    ]);
    const listed = await operator.call<{ conversations: { id: string; owner: string }[] }>(
      'breakGlass.conversations',
      { grant: grant.id, limit: 10 },
      acme,
    );
    expect(listed.conversations).toMatchObject([{ id: conversation, owner: 'uma' }]);
    const { messages } = await read(grant.id);
    expect(messages[0]?.text).toBe('Am I being let go?');
    await read(grant.id);
    const looks = await eventsOf(grant.id);
    expect(looks.map(({ event, target }) => [event, target])).toEqual([
      ['break-glass.conversation-read', conversation],
      ['break-glass.conversation-read', conversation],
      ['break-glass.conversations-listed', null],
    ]);
    const [seen] = await ada.call<BreakGlassGrant[]>('breakGlass.list');
    expect(seen).toMatchObject({ id: grant.id, active: true, views: 3, reason: 'a support case' });
  });

  it('reads nothing without one, under one that was made up, or under one of another tenant', async () => {
    const { begin, read, other, operator, acme, conversation, eventsOf } = await start();
    const foreign = await begin(other);
    for (const grant of [NOBODY, foreign.id]) {
      await expect(read(grant)).rejects.toMatchObject({ code: 'BREAK_GLASS_REQUIRED' });
      expect(await eventsOf(grant)).toMatchObject([{ outcome: 'refused', target: conversation }]);
    }
    await expect(operator.call('assistant.read', { id: conversation }, acme)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('reads nothing after the tenant has ended it', async () => {
    const { begin, read, ada } = await start();
    const grant = await begin();
    await read(grant.id);
    const ended = await ada.call<BreakGlassGrant>('breakGlass.end', { id: grant.id });
    expect(ended).toMatchObject({ active: false, endedBy: 'ada.b' });
    await expect(read(grant.id)).rejects.toMatchObject({ code: 'BREAK_GLASS_REQUIRED' });
    await expect(ada.call('breakGlass.end', { id: grant.id })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('reads nothing after its time, also with a clock that was turned back', async () => {
    const { begin, read, clock, uma } = await start();
    const grant = await begin();
    const begun = clock.now();
    clock.pass(30 * MINUTE - 1);
    await read(grant.id);
    clock.pass(1);
    await expect(read(grant.id)).rejects.toMatchObject({ code: 'BREAK_GLASS_REQUIRED' });
    expect(await uma.call('breakGlass.current')).toEqual([]);
    for (const back of [begun + MINUTE, begun - MINUTE]) {
      clock.set(back);
      await expect(read(grant.id)).rejects.toMatchObject({ code: 'BREAK_GLASS_REQUIRED' });
    }
  });

  it('is an operator: nobody of the tenant takes or uses a grant', async () => {
    const { begin, ada, conversation } = await start();
    const grant = await begin();
    const input = { grant: grant.id, id: conversation };
    await expect(ada.call('breakGlass.read', input)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(ada.call('breakGlass.begin', { reason: 'I am curious', minutes: 5 })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
  });

  it('takes one alone only where the tenant does not want two persons for it', async () => {
    const { begin, read, ada, operator, acme } = await start();
    await ada.call('approvals.setPolicy', { acts: ['break-glass'], hours: 24 });
    await expect(begin()).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    const { id } = await operator.call<ApprovalRequest>(
      'approvals.request',
      { act: 'break-glass', reason: 'a support case' },
      acme,
    );
    await ada.call('approvals.decide', { id, approve: true });
    await read((await begin()).id);
    await expect(begin()).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
  });
});
