import { describe, expect, it, onTestFinished } from 'vitest';
import type { AnswerEvent } from '../../src/contract';
import { startTestEngine } from '../support/engine';
import { at, openTestWindow } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import { createOperator, createTenant, signInAdministrator } from '../support/engine/world';

/** A member with a question under way whose answer goes on when the test says so. */
async function start() {
  const test = startTestEngine(await folderUntil(onTestFinished));
  onTestFinished(() => test.engine.close());
  const operator = openTestWindow(test.engine).client;
  await createOperator(operator);
  const id = await createTenant(operator);
  const window = openTestWindow(test.engine);
  await signInAdministrator(window.client);
  const goOn = Promise.withResolvers<void>();
  test.runtime.script = async function* () {
    yield { type: 'text', text: 'First. ' };
    await goOn.promise;
    yield { type: 'text', text: 'Second.' };
    yield { type: 'usage', inputTokens: 1, outputTokens: 2 };
  };
  const stream = await window.client.tenant.assistant.ask({ content: 'Why?' }, at(id));
  const events = stream[Symbol.asyncIterator]();
  const seen: AnswerEvent[] = [];
  while (seen.at(-1)?.type !== 'text') {
    const { value, done } = await events.next();
    if (done) throw new Error('it ended');
    seen.push(value);
  }
  const [accepted] = seen;
  if (accepted?.type !== 'accepted') throw new Error('it was not accepted');
  return { test, operator, id, window, events, seen, accepted, goOn };
}

async function rest(events: AsyncIterable<AnswerEvent>): Promise<AnswerEvent[]> {
  const all: AnswerEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function textOf(events: readonly AnswerEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('');
}

function outcomeOf(events: readonly AnswerEvent[]): string | null {
  const last = events.at(-1);
  return last?.type === 'finished' ? last.message.outcome : null;
}

describe('an answer that is being made', () => {
  it('is followed from its beginning by another window of the same person', async () => {
    const { test, id, window, accepted, goOn } = await start();
    const second = openTestWindow(test.engine, window.kept.credential);
    const { running } = await second.client.tenant.assistant.read({ id: accepted.conversationId }, at(id));
    expect(running).toBe(accepted.answerId);
    const following = await second.client.tenant.assistant.follow({ answerId: accepted.answerId }, at(id));
    const all = rest(following);
    goOn.resolve();
    const events = await all;
    expect(events[0]).toEqual(accepted);
    expect(textOf(events)).toBe('First. Second.');
    expect(outcomeOf(events)).toBe('answered');
    const after = await second.client.tenant.assistant.read({ id: accepted.conversationId }, at(id));
    expect(after.running).toBeNull();
    await expect(
      second.client.tenant.assistant.follow({ answerId: accepted.answerId }, at(id)),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('goes on to its end when the port closes, and is there when the person comes back', async () => {
    const { test, id, window, accepted, goOn } = await start();
    window.close();
    const back = openTestWindow(test.engine, window.kept.credential);
    const following = await back.client.tenant.assistant.follow({ answerId: accepted.answerId }, at(id));
    const all = rest(following);
    goOn.resolve();
    expect(outcomeOf(await all)).toBe('answered');
    const { messages } = await back.client.tenant.assistant.read({ id: accepted.conversationId }, at(id));
    expect(messages[1]).toMatchObject({ text: 'First. Second.', outcome: 'answered' });
  });

  it('goes on when one of those who follow leaves', async () => {
    const { test, id, window, events, accepted, goOn } = await start();
    const second = openTestWindow(test.engine, window.kept.credential);
    const following = await second.client.tenant.assistant.follow({ answerId: accepted.answerId }, at(id));
    await events.return?.();
    goOn.resolve();
    expect(textOf(await rest(following))).toBe('First. Second.');
  });

  it('is stopped from another window; both see the same end', async () => {
    const { test, id, window, events, accepted } = await start();
    const second = openTestWindow(test.engine, window.kept.credential);
    const following = await second.client.tenant.assistant.follow({ answerId: accepted.answerId }, at(id));
    const both = Promise.all([rest({ [Symbol.asyncIterator]: () => events }), rest(following)]);
    const stopped = await second.client.tenant.assistant.stop({ answerId: accepted.answerId }, at(id));
    expect(stopped).toEqual({ stopped: true });
    expect((await both).map(outcomeOf)).toEqual(['stopped', 'stopped']);
    const again = await second.client.tenant.assistant.stop({ answerId: accepted.answerId }, at(id));
    expect(again).toEqual({ stopped: false });
  });

  it('is not followed, stopped, read or removed by somebody else', async () => {
    const { operator, id, events, accepted, goOn } = await start();
    const { follow, stop, read, remove } = operator.tenant.assistant;
    await expect(follow({ answerId: accepted.answerId }, at(id))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await stop({ answerId: accepted.answerId }, at(id))).toEqual({ stopped: false });
    await expect(read({ id: accepted.conversationId }, at(id))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(remove({ id: accepted.conversationId }, at(id))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    goOn.resolve();
    expect(outcomeOf(await rest({ [Symbol.asyncIterator]: () => events }))).toBe('answered');
  });

  it('keeps its conversation from being deleted until it has ended', async () => {
    const { id, window, events, accepted, goOn } = await start();
    const { remove } = window.client.tenant.assistant;
    await expect(remove({ id: accepted.conversationId }, at(id))).rejects.toMatchObject({ code: 'CONFLICT' });
    goOn.resolve();
    await rest({ [Symbol.asyncIterator]: () => events });
    await remove({ id: accepted.conversationId }, at(id));
    await expect(
      window.client.tenant.assistant.read({ id: accepted.conversationId }, at(id)),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const { events: metered } = await window.client.tenant.usage.list(
      { from: 0, to: Number.MAX_SAFE_INTEGER },
      at(id),
    );
    expect(metered).toHaveLength(1);
  });
});
