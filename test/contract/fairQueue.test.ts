import { describe, expect, it, onTestFinished } from 'vitest';
import type { AnswerEvent } from '../../src/contract';
import { startTestEngine } from '../support/engine';
import { at, openTestWindow, type TestClient } from '../support/engine/client';
import { createOperator, createTenant, signInAdministrator } from '../support/engine/world';
import { temporaryFolder } from '../support/temporaryFolder';

/** Two tenants before one model that answers as many at once as the runtime says, each when the test lets it. */
async function start() {
  const test = startTestEngine(await temporaryFolder());
  onTestFinished(() => test.engine.close());
  const begun: string[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  test.runtime.script = async function* ({ messages }) {
    begun.push(messages.at(-1)?.content.includes('noisy') ? 'noisy' : 'quiet');
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise;
    yield { type: 'text', text: 'An answer.' };
  };
  const { client: operator } = openTestWindow(test.engine);
  await createOperator(operator);
  const open = async (domain: string) => {
    const tenant = await createTenant(operator, { domain, plan: 'starter' });
    const { client } = openTestWindow(test.engine);
    await signInAdministrator(client, domain);
    return { client, tenant };
  };
  const noisy = await open('noisy.example');
  const quiet = await open('quiet.example');
  const places = test.runtime.atOnce;
  return { ...test, operator, noisy, quiet, places, begun, gates };
}

/** Asks and hears everything, from whichever side it ends. */
function ask({ client, tenant }: { client: TestClient; tenant: string }, content: string) {
  const events: AnswerEvent[] = [];
  const ended = (async () => {
    for await (const event of await client.tenant.assistant.ask({ content }, at(tenant))) events.push(event);
    return events.at(-1);
  })();
  return { events, ended };
}

describe('a model that more ask than it can answer', () => {
  it('answers a tenant that asks little before the many questions of another', async () => {
    const { noisy, quiet, places, begun, gates } = await start();
    const flood = Array.from({ length: places + 8 }, () => ask(noisy, 'noisy'));
    await expect.poll(() => begun.length).toBe(places);
    const one = ask(quiet, 'quiet');
    await expect.poll(() => one.events.map(({ type }) => type)).toContain('waiting');
    expect(one.events).toContainEqual(expect.objectContaining({ type: 'waiting', position: 1 }));
    gates[0]?.resolve();
    await expect.poll(() => begun.length).toBe(places + 1);
    expect(begun.at(-1)).toBe('quiet');
    gates.at(-1)?.resolve();
    expect(await one.ended).toMatchObject({ type: 'finished', message: { outcome: 'answered' } });
    const letting = setInterval(() => {
      for (const gate of gates) gate.resolve();
    }, 5);
    onTestFinished(() => clearInterval(letting));
    for (const { ended } of flood) expect(await ended).toMatchObject({ message: { outcome: 'answered' } });
  });

  it('lets a question that waits be stopped, and does not ask the model', async () => {
    const { noisy, quiet, places, begun, gates } = await start();
    const flood = Array.from({ length: places }, () => ask(noisy, 'noisy'));
    await expect.poll(() => begun.length).toBe(places);
    const one = ask(quiet, 'quiet');
    await expect.poll(() => one.events.at(-1)?.type).toBe('waiting');
    const [accepted] = one.events;
    if (accepted?.type !== 'accepted') throw new Error('the question was not accepted');
    await quiet.client.tenant.assistant.stop({ answerId: accepted.answerId }, at(quiet.tenant));
    expect(await one.ended).toMatchObject({ message: { outcome: 'stopped', text: '' } });
    for (const gate of gates) gate.resolve();
    for (const { ended } of flood) await ended;
    expect(begun).not.toContain('quiet');
  });

  it('is seen by an operator: how many wait, and whose question has waited longest', async () => {
    const { operator, noisy, places, begun, gates } = await start();
    const flood = Array.from({ length: places + 3 }, () => ask(noisy, 'noisy'));
    await expect.poll(() => begun.length).toBe(places);
    const load = async () => (await operator.installation.models.load({}))[0];
    await expect.poll(async () => (await load())?.waiting).toBe(3);
    expect(await load()).toMatchObject({
      provider: 'embedded',
      places,
      running: places,
      longest: { tenantId: noisy.tenant, tenantName: expect.any(String) },
      turnedAway: 0,
    });
    const letting = setInterval(() => {
      for (const gate of gates) gate.resolve();
    }, 5);
    onTestFinished(() => clearInterval(letting));
    for (const { ended } of flood) await ended;
    expect(await load()).toMatchObject({ running: 0, waiting: 0, longest: null });
  });
});
