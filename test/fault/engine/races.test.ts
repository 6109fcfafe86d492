import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import type { AnswerEvent } from '../../../src/contract';
import type {
  DatabaseDriver,
  EncryptedDatabase,
  EnginePorts,
  PasswordHasher,
} from '../../../src/engine/ports';
import { MemoryKeystore, quickHasher, startTestEngine } from '../../support/engine';
import { problemOf } from '../../support/engine/calls';
import { complaintsAbout } from '../../support/engine/clean';
import { at, openTestWindow, type TestClient } from '../../support/engine/client';
import { folderUntil } from '../../support/engine/folders';
import {
  createOperator,
  createTenant,
  newTenant,
  OPERATOR,
  signInAdministrator,
} from '../../support/engine/world';

/** A keystore whose answers to the question for a tenant's key wait until the test lets them go. */
class SlowKeystore extends MemoryKeystore {
  #asked = Promise.withResolvers<void>();
  #go: PromiseWithResolvers<void> | null = null;

  hold(): { asked: Promise<void>; go: () => void } {
    this.#asked = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    this.#go = go;
    return {
      asked: this.#asked.promise,
      go: () => {
        this.#go = null;
        go.resolve();
      },
    };
  }

  override async readKey(name: { kind: string; tenantId?: string }): Promise<Uint8Array> {
    const key = await super.readKey(name);
    this.#asked.resolve();
    await this.#go?.promise;
    return key;
  }
}

async function start(overrides: Partial<EnginePorts> = {}) {
  const folder = await folderUntil(onTestFinished);
  const keystore = new SlowKeystore();
  const test = startTestEngine(folder, { keystore, ...overrides });
  onTestFinished(() => test.engine.close());
  const operator = openTestWindow(test.engine).client;
  return { test, folder, keystore, operator };
}

async function withTenant(overrides: Partial<EnginePorts> = {}) {
  const site = await start(overrides);
  await createOperator(site.operator);
  return { ...site, id: await createTenant(site.operator) };
}

async function addDocument(member: TestClient, id: string, name: string, text: string): Promise<void> {
  await member.tenant.knowledge.add({ file: new File([text], name) }, at(id));
}

describe('what comes at the same time', () => {
  it('two first operators: one is made, the other learns that there is one', async () => {
    const { test, operator } = await start();
    const other = openTestWindow(test.engine).client;
    const results = await Promise.allSettled([
      operator.installation.operators.createFirst(OPERATOR),
      other.installation.operators.createFirst({
        ...OPERATOR,
        name: 'Mallory',
        email: 'mallory@site.example',
      }),
      other.installation.operators.createFirst(OPERATOR),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'CONFLICT' });
    }
    await test.engine.close();
    const again = startTestEngine(test.ports.files.absolute(''), { keystore: test.keystore });
    onTestFinished(() => again.engine.close());
    expect((await openTestWindow(again.engine).client.installation.status.read({})).state).toBe('ready');
  });

  it('two tenants of one domain: one is made', async () => {
    const { operator } = await start();
    await createOperator(operator);
    const results = await Promise.allSettled([1, 2, 3].map(() => createTenant(operator)));
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as { code: string }] : [],
    );
    expect(refused.map(({ code }) => code)).toEqual(['CONFLICT', 'CONFLICT']);
    expect((await operator.installation.tenants.list({})).total).toBe(1);
  });

  it('many tenants, and changes of the air gap: all are counted', async () => {
    const { test, operator } = await start();
    await createOperator(operator);
    await Promise.all([
      ...['a', 'b', 'c', 'd'].map((name) => createTenant(operator, { domain: `${name}.example` })),
      ...[true, false, true].map((airGap) =>
        operator.installation.network.setAirGap({ airGap, reason: 'a test' }).catch((problem: unknown) => {
          expect(problem).toMatchObject({ code: 'CONFLICT' });
        }),
      ),
    ]);
    await test.engine.close();
    const again = startTestEngine(test.ports.files.absolute(''), { keystore: test.keystore });
    onTestFinished(() => again.engine.close());
    const status = await openTestWindow(again.engine).client.installation.status.read({});
    expect(status).toMatchObject({ state: 'ready', problems: [] });
  });

  it('two updates of a tenant: one holds', async () => {
    const { operator, id } = await withTenant();
    const { revision } = await operator.installation.tenants.read({ id });
    const results = await Promise.allSettled(
      ['One', 'Two'].map((name) => operator.installation.tenants.update({ id, revision, name })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CONFLICT' },
    });
  });

  it('the same document twice: one is kept, with its file', async () => {
    const { test, id } = await withTenant();
    const member = openTestWindow(test.engine).client;
    await signInAdministrator(member);
    const results = await Promise.allSettled(
      [1, 2, 3].map((n) => addDocument(member, id, `${n}.txt`, 'One and the same.')),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'CONFLICT' });
    }
    for await (const documents of await member.tenant.knowledge.watch({}, at(id))) {
      if (documents[0]?.state === 'ready') break;
    }
    expect(await test.ports.files.list(`tenants/${id}/files`)).toHaveLength(1);
  });

  it('two deletions of one tenant: it is deleted once', async () => {
    const { operator, id } = await withTenant();
    const wish = { id, confirmName: newTenant().name };
    const results = await Promise.allSettled([1, 2].map(() => operator.installation.tenants.delete(wish)));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'TENANT_NOT_READY' },
    });
  });
});

describe('a tenant that is suspended or deleted', () => {
  it('while it is being opened: nothing of it runs on', async () => {
    const { test, keystore, operator, id } = await withTenant();
    const member = openTestWindow(test.engine).client;
    const { asked, go } = keystore.hold();
    const signingIn = problemOf(signInAdministrator(member));
    await asked;
    const suspending = operator.installation.tenants.suspend({ id, reason: 'a test' });
    const state = async () => (await operator.installation.tenants.read({ id })).state;
    await expect.poll(state).toBe('suspended');
    go();
    await suspending;
    expect(await signingIn).toMatchObject({ code: 'TENANT_SUSPENDED' });
    await expect(signInAdministrator(member)).rejects.toMatchObject({ code: 'TENANT_SUSPENDED' });
    expect((await operator.installation.tenants.environment({ id })).compute.open).toBe(false);
  });

  it('while somebody signs in: that is done with first', async () => {
    const verifying = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const hasher: PasswordHasher = {
      ...quickHasher,
      async verify(password, phc) {
        verifying.resolve();
        await goOn.promise;
        return quickHasher.verify(password, phc);
      },
    };
    const { test, operator, id } = await withTenant({ hasher });
    const window = openTestWindow(test.engine);
    const signingIn = signInAdministrator(window.client);
    await verifying.promise;
    const suspending = operator.installation.tenants.suspend({ id, reason: 'a test' });
    const state = async () => (await operator.installation.tenants.read({ id })).state;
    await expect.poll(state).toBe('suspended');
    goOn.resolve();
    await signingIn;
    await suspending;
    await expect(window.client.tenant.identity.current({}, at(id))).rejects.toMatchObject({
      code: 'TENANT_SUSPENDED',
    });
  });

  it('while calls are on their way: each is answered or says why not, and its key does not come back', async () => {
    const { test, keystore, operator, id } = await withTenant();
    const window = openTestWindow(test.engine);
    await signInAdministrator(window.client);
    const calls = Array.from({ length: 30 }, (_, n) =>
      [
        () => window.client.tenant.overview.read({ period: '24h' }, at(id)),
        () => window.client.tenant.configuration.models({}, at(id)),
        () => addDocument(window.client, id, `${n}.txt`, `Number ${n}.`),
      ][n % 3]?.(),
    );
    const deleting = operator.installation.tenants.delete({ id, confirmName: newTenant().name });
    const results = await Promise.allSettled(calls);
    await deleting;
    for (const result of results) {
      if (result.status === 'fulfilled') continue;
      expect(complaintsAbout(result.reason)).toEqual([]);
      expect(['TENANT_NOT_READY', 'HOST_RESTARTING', 'NOT_FOUND', 'NOT_SIGNED_IN', 'CONFLICT']).toContain(
        (result.reason as { code: string }).code,
      );
    }
    await expect(window.client.tenant.identity.current({}, at(id))).rejects.toMatchObject({
      code: 'NOT_SIGNED_IN',
    });
    expect(keystore.keys.has(`tenant:${id}`)).toBe(false);
    expect(await test.ports.files.exists(`tenants/${id}`)).toBe(false);
  });

  it('ends what is followed and watched', async () => {
    const { test, operator, id } = await withTenant();
    const member = openTestWindow(test.engine).client;
    await signInAdministrator(member);
    const watching = await member.tenant.overview.watch({ period: '24h' }, at(id));
    const iterator = watching[Symbol.asyncIterator]();
    await iterator.next();
    await operator.installation.tenants.suspend({ id, reason: 'a test' });
    const end = await iterator.next().then(
      ({ done }) => (done ? 'ended' : 'went on'),
      (problem: { code: string }) => problem.code,
    );
    expect(['ended', 'HOST_RESTARTING']).toContain(end);
  });
});

describe('a policy that is changed while its tenant is being opened', () => {
  it('is the one that holds', async () => {
    const { test, keystore, operator, id } = await withTenant();
    const member = openTestWindow(test.engine).client;
    const { revision } = await operator.installation.tenants.read({ id });
    const { asked, go } = keystore.hold();
    const signingIn = signInAdministrator(member);
    await asked;
    await operator.installation.tenants.update({
      id,
      revision,
      residency: { mode: 'region-bound', regions: ['eu-de'] },
    });
    go();
    await signingIn;
    const { residency } = await member.tenant.configuration.read({}, at(id));
    expect(residency).toEqual({ mode: 'region-bound', regions: ['eu-de'] });
  });
});

describe('more tenants than may be open', () => {
  it('are all served, also by calls that come together', async () => {
    const open = new Set<string>();
    let most = 0;
    let turns = 50;
    const real = createSqlcipherDriver();
    const tenantDriver: DatabaseDriver<EncryptedDatabase> = {
      create: (file, key) => real.create(file, key),
      async open(file, key) {
        const database = await real.open(file, key);
        open.add(file);
        most = Math.max(most, open.size);
        return {
          read: (sql, params) => database.read(sql, params),
          commit: (statements) => database.commit(statements),
          check: () => database.check(),
          rekey: (copy, next) => database.rekey(copy, next),
          async close() {
            for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
            await database.close();
            open.delete(file);
          },
        };
      },
    };
    const { test, operator } = await start({ tenantDriver, openTenants: 2 });
    await createOperator(operator);
    const domains = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example'];
    for (const domain of domains) await createTenant(operator, { domain });
    const rounds = domains.map(async (domain) => {
      const member = openTestWindow(test.engine).client;
      await signInAdministrator(member, domain);
      for (let round = 0; round < 4; round += 1) {
        const events: AnswerEvent[] = [];
        for await (const event of await member.tenant.assistant.ask({ content: 'Why?' }, at(domain)))
          events.push(event);
        expect(events.at(-1)?.type).toBe('finished');
        expect((await member.tenant.overview.read({ period: '24h' }, at(domain))).queries.value).toBe(
          round + 1,
        );
      }
    });
    await Promise.all(rounds);
    expect(most).toBeLessThanOrEqual(domains.length);
    turns = 5_000;
    const last = openTestWindow(test.engine).client;
    for (const domain of domains) await signInAdministrator(last, domain);
    // Those that made room are still being closed when the others begin to be.
    turns = 1;
    await test.engine.close();
    expect([...open]).toEqual([]);
  });
});

describe('the databases that are open at once', () => {
  it('are as many as there was memory for, and no more when there is none', async () => {
    const open = new Set<string>();
    const real = createSqlcipherDriver();
    const tenantDriver: DatabaseDriver<EncryptedDatabase> = {
      create: (file, key) => real.create(file, key),
      async open(file, key) {
        const database = await real.open(file, key);
        open.add(file);
        return {
          read: (sql, params) => database.read(sql, params),
          commit: (statements) => database.commit(statements),
          check: () => database.check(),
          rekey: (copy, next) => database.rekey(copy, next),
          async close() {
            await database.close();
            open.delete(file);
          },
        };
      },
    };
    let memory = true;
    const { test, operator } = await start({ tenantDriver, openTenants: 1, hasMemory: () => memory });
    await createOperator(operator);
    const domains = ['a.example', 'b.example', 'c.example', 'd.example'];
    for (const domain of domains) await createTenant(operator, { domain });
    const member = openTestWindow(test.engine).client;
    for (const domain of domains.slice(0, 3)) await signInAdministrator(member, domain);
    expect(open.size).toBe(3);
    memory = false;
    await signInAdministrator(member, 'd.example');
    await expect.poll(() => open.size).toBe(3);
    await signInAdministrator(member, 'a.example');
    await expect.poll(() => open.size).toBe(3);
  });
});

describe('the end of the engine', () => {
  it('waits for tenants that are just being closed to make room', async () => {
    const held = Promise.withResolvers<void>();
    const closing: string[] = [];
    const closed: string[] = [];
    let watching = false;
    const real = createSqlcipherDriver();
    const tenantDriver: DatabaseDriver<EncryptedDatabase> = {
      create: (file, key) => real.create(file, key),
      async open(file, key) {
        const database = await real.open(file, key);
        return {
          read: (sql, params) => database.read(sql, params),
          commit: (statements) => database.commit(statements),
          check: () => database.check(),
          rekey: (copy, next) => database.rekey(copy, next),
          async close() {
            if (watching && closing.push(file) < 3) await held.promise;
            await database.close();
            closed.push(file);
          },
        };
      },
    };
    const { test, operator } = await start({ tenantDriver, openTenants: 1 });
    await createOperator(operator);
    const domains = ['a.example', 'b.example', 'c.example'];
    for (const domain of domains) await createTenant(operator, { domain });
    watching = true;
    for (const domain of domains) await signInAdministrator(openTestWindow(test.engine).client, domain);
    await expect.poll(() => closing.length).toBe(2);
    closed.length = 0;
    const ending = test.engine.close().then(() => closed.length);
    await expect.poll(() => closed).toHaveLength(1);
    // Time enough for an end that does not wait for the other two.
    setTimeout(held.resolve, 300);
    expect(await ending).toBe(3);
  });
});

describe('files that a kill left without a document', () => {
  it('are gone after the tenant was opened again; those of documents stay', async () => {
    const { test, folder, keystore, id } = await withTenant();
    const member = openTestWindow(test.engine).client;
    await signInAdministrator(member);
    await addDocument(member, id, 'kept.txt', 'It is kept.');
    await test.engine.close();
    const files = join(folder, 'tenants', id, 'files');
    const [kept] = await readdir(files);
    await writeFile(join(files, 'f'.repeat(64)), 'left');
    await writeFile(join(files, `.${'a'.repeat(64)}.1.part`), 'left');
    const again = startTestEngine(folder, { keystore });
    onTestFinished(() => again.engine.close());
    await signInAdministrator(openTestWindow(again.engine).client);
    expect(await readdir(files)).toEqual([kept]);
  });
});
