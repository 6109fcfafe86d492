import { describe, expect, it, onTestFinished } from 'vitest';
import { EXTRACTIVE_MODEL, type UsageEvent } from '../../src/contract';
import { startTestEngine } from '../support/engine';
import { at, openTestWindow, type TestClient } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import {
  ADMINISTRATOR,
  createOperator,
  createTenant,
  newTenant,
  OPERATOR,
  signInAdministrator,
} from '../support/engine/world';

const SPAN = { from: 0, to: Number.MAX_SAFE_INTEGER };

async function ask(client: TestClient, id: string, model?: string): Promise<void> {
  const options = model ? { modelOverride: model } : {};
  for await (const _ of await client.tenant.assistant.ask({ content: 'Why?', options }, at(id)));
}

/** A tenant whose administrator asked twice, each time another model, and in which an operator asked once. */
async function start() {
  const test = startTestEngine(await folderUntil(onTestFinished));
  onTestFinished(() => test.engine.close());
  const operator = openTestWindow(test.engine).client;
  await createOperator(operator);
  const id = await createTenant(operator);
  const member = openTestWindow(test.engine).client;
  await signInAdministrator(member);
  await ask(member, id);
  await ask(member, id, EXTRACTIVE_MODEL);
  await ask(operator, id);
  return { member, id };
}

/** All usage events that a filter leaves, read one by one. */
async function usageOf(client: TestClient, id: string, filter: object): Promise<UsageEvent[]> {
  const all: UsageEvent[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.tenant.usage.list({ ...SPAN, ...filter, limit: 1, cursor }, at(id));
    all.push(...page.events);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return all;
}

describe('the usage of a tenant', () => {
  const chosen = newTenant().model;

  it('is listed by model, by person and by both', async () => {
    const { member, id } = await start();
    const all = await usageOf(member, id, {});
    expect(all.map(({ userName, model }) => [userName, model])).toEqual([
      [OPERATOR.name, chosen],
      [ADMINISTRATOR.name, EXTRACTIVE_MODEL],
      [ADMINISTRATOR.name, chosen],
    ]);
    const [asked, quoted, answered] = all;
    expect(await usageOf(member, id, { model: chosen })).toEqual([asked, answered]);
    expect(await usageOf(member, id, { person: quoted?.personId })).toEqual([quoted, answered]);
    expect(await usageOf(member, id, { person: quoted?.personId, model: chosen })).toEqual([answered]);
    expect(await usageOf(member, id, { person: asked?.personId, model: EXTRACTIVE_MODEL })).toEqual([]);
  });

  it('is summed by model and by person, and the sums are those of the list', async () => {
    const { member, id } = await start();
    const all = await usageOf(member, id, {});
    const { models, people } = await member.tenant.usage.groups(SPAN, at(id));
    const tokensOf = (events: readonly UsageEvent[]) =>
      events.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
    expect(models.map(({ model }) => model)).toEqual([chosen, EXTRACTIVE_MODEL]);
    expect(people.map(({ name }) => name)).toEqual([ADMINISTRATOR.name, OPERATOR.name]);
    for (const { model, queries, tokens } of models) {
      const own = all.filter((event) => event.model === model);
      expect([queries, tokens]).toEqual([own.length, tokensOf(own)]);
    }
    for (const { person, queries, tokens } of people) {
      const own = all.filter((event) => event.personId === person);
      expect([queries, tokens]).toEqual([own.length, tokensOf(own)]);
    }
    expect(await member.tenant.usage.groups({ from: 0, to: 1 }, at(id))).toEqual({ models: [], people: [] });
  });
});
