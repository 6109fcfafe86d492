import { readdir } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFiles } from '../../src/adapters/files';
import { EXTRACTIVE_MODEL } from '../../src/contract';
import type { Files } from '../../src/engine/ports';
import { startTestEngine, type TestEngine } from '../support/engine';
import { at, openTestWindow } from '../support/engine/client';
import { createOperator, createTenant, OPERATOR, signInAdministrator } from '../support/engine/world';
import { temporaryFolder } from '../support/temporaryFolder';

describe('the main job, through the contract', () => {
  async function start(): Promise<TestEngine> {
    const test = startTestEngine(await temporaryFolder());
    onTestFinished(() => test.engine.close());
    return test;
  }

  it('goes from first run to a metered, audited answer', async () => {
    const test = await start();
    const { client } = openTestWindow(test.engine);
    expect((await client.installation.status.read({})).state).toBe('first-run');
    await createOperator(client);
    expect((await client.installation.status.read({})).state).toBe('ready');
    const id = await createTenant(client);

    const member = openTestWindow(test.engine).client;
    await signInAdministrator(member);
    const file = new File(
      ['Liquidity risk is the main risk of the industry. Rates rose in 2024.'],
      'risks.txt',
    );
    await member.tenant.knowledge.add({ file }, at(id));
    for await (const documents of await member.tenant.knowledge.watch({}, at(id))) {
      if (documents[0]?.state === 'ready') break;
    }

    const events = [];
    for await (const event of await member.tenant.assistant.ask(
      { content: 'What are the key risk factors for our industry?' },
      at(id),
    )) {
      events.push(event);
    }
    expect(events.map(({ type }) => type)).toEqual(['accepted', 'sources', 'route', 'text', 'finished']);
    const finished = events.at(-1);
    if (finished?.type !== 'finished') throw new Error('not finished');
    expect(finished.message).toMatchObject({ outcome: 'answered', text: 'An answer.' });
    expect(finished.message.receipt).toMatchObject({
      inputTokens: 12,
      outputTokens: 3,
      tokensReported: true,
    });

    const overview = await client.tenant.overview.read({ period: '24h' }, at(id));
    expect(overview.queries.value).toBe(1);
    expect(overview.outputTokens.value).toBe(3);
    const audit = await member.tenant.audit.events({ limit: 50 }, at(id));
    expect(audit.events.map(({ event }) => event)).toContain('query.finished');
    expect((await client.installation.tenants.list({})).tenants[0]).toMatchObject({ id, queries24h: 1 });
  });

  it('keeps an operator out of conversations and a member out of the installation', async () => {
    const test = await start();
    const { client } = openTestWindow(test.engine);
    await createOperator(client);
    const id = await createTenant(client);
    const member = openTestWindow(test.engine).client;
    await signInAdministrator(member);
    for await (const _ of await member.tenant.assistant.ask({ content: 'A secret question' }, at(id)));
    const own = await member.tenant.assistant.conversations({}, at(id));
    expect(own.conversations).toHaveLength(1);
    expect((await client.tenant.assistant.conversations({}, at(id))).conversations).toEqual([]);
    const conversation = own.conversations[0]?.id ?? '';
    await expect(client.tenant.assistant.read({ id: conversation }, at(id))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(member.installation.tenants.list({})).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('bounds the answers of the starter model, and leaves the specification’s default to every other', async () => {
    const test = await start();
    const { client } = openTestWindow(test.engine);
    await createOperator(client);
    const starter = await createTenant(client);
    const other = await createTenant(client, { domain: 'other.example', model: EXTRACTIVE_MODEL });
    const longest = async (id: string) =>
      (await client.tenant.configuration.read({}, at(id))).parameters.maxTokens;
    expect(await longest(starter)).toBe(512);
    expect(await longest(other)).toBe(2048);
  });

  it('keeps nothing of a document that is taken back before it is there', async () => {
    const folder = await temporaryFolder();
    const files = createFiles(folder);
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const heldFiles = (below: string): Files => {
      const own = createFiles(files.absolute(below));
      const write: Files['write'] = async (...what) => {
        await own.write(...what);
        reached.resolve();
        await goOn.promise;
      };
      return { ...own, write };
    };
    const test = startTestEngine(folder, { filesBelow: heldFiles });
    onTestFinished(() => test.engine.close());
    const { client } = openTestWindow(test.engine);
    await createOperator(client);
    const id = await createTenant(client);
    const member = openTestWindow(test.engine).client;
    await signInAdministrator(member);
    const cancel = new AbortController();
    const file = new File(['Liquidity risk is the main risk.'], 'risks.txt');
    const adding = member.tenant.knowledge.add({ file }, { ...at(id), signal: cancel.signal });
    adding.catch(() => undefined);
    await reached.promise;
    cancel.abort();
    // It comes after what takes the document back: the line keeps its order.
    await member.tenant.knowledge.documents({}, at(id));
    goOn.resolve();
    await expect(adding).rejects.toThrow();
    const other = new File(['Another one.'], 'other.txt');
    await member.tenant.knowledge.add({ file: other }, at(id));
    const { documents } = await member.tenant.knowledge.documents({}, at(id));
    expect(documents.map(({ name }) => name)).toEqual(['other.txt']);
    expect(await readdir(files.absolute(`tenants/${id}/files`))).toHaveLength(1);
  });

  it('suspends, resumes and deletes', async () => {
    const test = await start();
    const { client } = openTestWindow(test.engine);
    await createOperator(client);
    const id = await createTenant(client);
    await client.installation.tenants.suspend({ id, reason: 'unpaid' });
    const member = openTestWindow(test.engine).client;
    await expect(signInAdministrator(member)).rejects.toMatchObject({ code: 'TENANT_SUSPENDED' });
    await client.installation.tenants.resume({ id });
    await signInAdministrator(member);
    await expect(
      client.installation.tenants.delete({ id, confirmName: 'acme corporation' }),
    ).rejects.toMatchObject({ code: 'CONFIRMATION_MISMATCH' });
    const deletion = await client.installation.tenants.delete({ id, confirmName: 'Acme Corporation' });
    expect(deletion.keyDestroyed).toBe(true);
    expect(deletion.filesRemoved).toBeGreaterThan(0);
    expect(test.keystore.keys.has(`tenant:${id}`)).toBe(false);
    expect(await test.ports.files.exists(`tenants/${id}`)).toBe(false);
    await expect(member.tenant.identity.current({}, at(id))).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('resumes sessions after a restart of the engine', async () => {
    const folder = await temporaryFolder();
    const before = startTestEngine(folder);
    const window = openTestWindow(before.engine);
    await createOperator(window.client);
    await before.engine.close();
    const after = startTestEngine(folder, { keystore: before.keystore });
    onTestFinished(() => after.engine.close());
    const again = openTestWindow(after.engine, window.kept.credential);
    expect((await again.client.installation.operators.current({}))?.operator.email).toBe(OPERATOR.email);
  });
});
