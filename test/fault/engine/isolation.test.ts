import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import { createSystemClock } from '../../../src/adapters/system';
import type { EnginePorts } from '../../../src/engine/ports';
import { startTestEngine, type TestEngine } from '../../support/engine';
import { at, openTestWindow, type TestClient } from '../../support/engine/client';
import { FileKeystore } from '../../support/engine/fileKeystore';
import { folderUntil } from '../../support/engine/folders';
import { tenantFile } from '../../support/engine/soundness';
import {
  ADMINISTRATOR,
  createOperator,
  createTenant,
  OPERATOR,
  signInAdministrator,
} from '../../support/engine/world';

interface Site {
  readonly folder: string;
  readonly keystore: FileKeystore;
  readonly sick: string;
  readonly well: string;
}

/** A site with two tenants that each have answered a question; its engine is closed. */
async function makeSite(): Promise<Site> {
  // The keys lie beside the data folder.
  const folder = join(await folderUntil(onTestFinished), 'data');
  await mkdir(folder);
  const keystore = new FileKeystore(folder);
  const { engine } = startTestEngine(folder, { keystore });
  const { client } = openTestWindow(engine);
  await createOperator(client);
  const sick = await createTenant(client);
  const well = await createTenant(client, { domain: 'well.example' });
  for (const domain of ['acme.example', 'well.example']) {
    const member = openTestWindow(engine).client;
    await signInAdministrator(member, domain);
    const file = new File(['word '.repeat(20_000)], 'long.txt');
    await member.tenant.knowledge.add({ file }, at(domain));
    for await (const documents of await member.tenant.knowledge.watch({}, at(domain))) {
      if (documents[0]?.state === 'ready') break;
    }
    for await (const _ of await member.tenant.assistant.ask({ content: 'What is known?' }, at(domain)));
  }
  await engine.close();
  return { folder, keystore, sick, well };
}

function start(
  { folder, keystore }: Pick<Site, 'folder' | 'keystore'>,
  overrides: Partial<EnginePorts> = {},
): TestEngine & { operator: TestClient } {
  const test = startTestEngine(folder, { keystore, ...overrides });
  onTestFinished(() => test.engine.close());
  return { ...test, operator: openTestWindow(test.engine).client };
}

async function signIn(operator: TestClient): Promise<void> {
  await operator.installation.operators.signIn({ email: OPERATOR.email, password: OPERATOR.password });
}

async function digestOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

async function flip(file: string, offset: number): Promise<void> {
  const handle = await open(file, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, offset);
  byte[0] = (byte[0] ?? 0) ^ 0x40;
  await handle.write(byte, 0, 1, offset);
  await handle.close();
}

/** Reads whatever there is until the damage shows. */
async function readAll(member: TestClient, address: ReturnType<typeof at>): Promise<void> {
  const { conversations } = await member.tenant.assistant.conversations({}, address);
  for (const { id } of conversations) await member.tenant.assistant.read({ id }, address);
  await member.tenant.knowledge.search({ query: 'word' }, address);
  await member.tenant.audit.events({ limit: 200 }, address);
  for await (const _ of await member.tenant.assistant.ask({ content: 'Is it whole?' }, address));
}

/** The code depends on whether the damage is found in signing in or after it. */
const SHUT = expect.stringMatching(/^(TENANT_QUARANTINED|WRONG_CREDENTIALS)$/);

async function healthOf(operator: TestClient, id: string): Promise<string | undefined> {
  const { tenants } = await operator.installation.tenants.list({});
  return tenants.find((tenant) => tenant.id === id)?.health;
}

async function requireOthersServe(test: TestEngine, { well }: Site): Promise<void> {
  const member = openTestWindow(test.engine).client;
  await signInAdministrator(member, 'well.example');
  await readAll(member, at(well));
}

/** Who signs in learns nothing, not even that the tenant is there; who is in the installation learns all. */
async function requireShut(
  test: TestEngine & { operator: TestClient },
  id: string,
  code: string,
): Promise<void> {
  const member = openTestWindow(test.engine).client;
  await expect(signInAdministrator(member, id)).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
  await expect(test.operator.tenant.identity.current({}, at(id))).rejects.toMatchObject({ code });
}

describe('a tenant whose file or key is not what it was', () => {
  it.each([
    [
      'a key that is another one',
      (site: Site) => site.keystore.keys.set(`tenant:${site.sick}`, new Uint8Array(32)),
      'KEY_MISSING',
      'key-missing',
    ],
    [
      'a key that is gone',
      (site: Site) => site.keystore.keys.delete(`tenant:${site.sick}`),
      'KEY_MISSING',
      'key-missing',
    ],
    [
      'a header that was changed',
      (site: Site) => flip(tenantFile(site.folder, site.sick), 20),
      'TENANT_QUARANTINED',
      'quarantined',
    ],
    [
      'a first page that was changed',
      (site: Site) => flip(tenantFile(site.folder, site.sick), 2_000),
      'TENANT_QUARANTINED',
      'quarantined',
    ],
    [
      'a file that was cut off',
      (site: Site) => truncate(tenantFile(site.folder, site.sick), 1_000),
      'TENANT_QUARANTINED',
      'quarantined',
    ],
    [
      'an empty file',
      (site: Site) => truncate(tenantFile(site.folder, site.sick), 0),
      'TENANT_QUARANTINED',
      'quarantined',
    ],
  ])('%s: is shut out alone, and nothing is written to it', async (_what, harm, code, health) => {
    const site = await makeSite();
    await harm(site);
    const before = await digestOf(tenantFile(site.folder, site.sick));
    const keys = [...site.keystore.keys.keys()];
    const test = start(site);
    await signIn(test.operator);
    // Those who come while it is shut, and together, learn the same.
    await Promise.all([1, 2, 3].map(() => requireShut(test, site.sick, code)));
    await requireShut(test, site.sick, code);
    expect(await healthOf(test.operator, site.sick)).toBe(health);
    await requireOthersServe(test, site);
    expect(await healthOf(test.operator, site.well)).toBe('healthy');
    await test.engine.close();
    expect(await digestOf(tenantFile(site.folder, site.sick))).toBe(before);
    expect([...site.keystore.keys.keys()]).toEqual(keys);
  });

  it('two keys that were exchanged: both are shut out, and both files stay as they are', async () => {
    const site = await makeSite();
    const { keys } = site.keystore;
    const names = [`tenant:${site.sick}`, `tenant:${site.well}`] as const;
    const [first, second] = [keys.get(names[0]), keys.get(names[1])];
    keys.set(names[0], second ?? new Uint8Array(32));
    keys.set(names[1], first ?? new Uint8Array(32));
    const before = [
      await digestOf(tenantFile(site.folder, site.sick)),
      await digestOf(tenantFile(site.folder, site.well)),
    ];
    const test = start(site);
    await signIn(test.operator);
    for (const id of [site.sick, site.well]) await requireShut(test, id, 'KEY_MISSING');
    await test.engine.close();
    expect([
      await digestOf(tenantFile(site.folder, site.sick)),
      await digestOf(tenantFile(site.folder, site.well)),
    ]).toEqual(before);
  });

  it('every page after the first changed: it is found when it is read, and stays shut out', async () => {
    const site = await makeSite();
    const file = tenantFile(site.folder, site.sick);
    const { size } = await stat(file);
    const member = await (async () => {
      for (let page = 1; page < size / 4096; page += 1) await flip(file, page * 4096 + 700);
      const test = start(site);
      await signIn(test.operator);
      const window = openTestWindow(test.engine).client;
      return { test, window };
    })();
    const { test, window } = member;
    const attempt = async () => {
      await signInAdministrator(window);
      await readAll(window, at(site.sick));
    };
    await expect(attempt()).rejects.toMatchObject({ code: SHUT });
    expect(await healthOf(test.operator, site.sick)).toBe('quarantined');
    await requireShut(test, site.sick, 'TENANT_QUARANTINED');
    await requireOthersServe(test, site);
  });

  it('one page in the middle changed: it is shut out when that page is read, also when it is tried again later', async () => {
    const site = await makeSite();
    const file = tenantFile(site.folder, site.sick);
    const key = site.keystore.keys.get(`tenant:${site.sick}`) ?? null;
    const database = await createSqlcipherDriver().open(file, key);
    const [row] = await database.read(
      "SELECT max(pageno) AS page FROM dbstat WHERE name = 'passages' AND pagetype = 'leaf'",
    );
    await database.close();
    await flip(file, (Number(row?.page) - 1) * 4096 + 900);
    let later = 0;
    const clock = createSystemClock();
    const test = start(site, { clock: { ...clock, monotonic: () => clock.monotonic() + later } });
    await signIn(test.operator);
    const member = openTestWindow(test.engine).client;
    await signInAdministrator(member);
    const search = () => member.tenant.knowledge.search({ query: 'word', limit: 20 }, at(site.sick));
    await expect(search()).rejects.toMatchObject({ code: 'TENANT_QUARANTINED' });
    later = 60_000;
    // Also where nothing of that page is asked for.
    await expect(member.tenant.identity.current({}, at(site.sick))).rejects.toMatchObject({
      code: 'TENANT_QUARANTINED',
    });
    expect(await healthOf(test.operator, site.sick)).toBe('quarantined');
    await requireOthersServe(test, site);

    // A restart does not forget it, and a member is told; somebody who only tries is not.
    await test.engine.close();
    const again = start(site);
    await signIn(again.operator);
    expect(await healthOf(again.operator, site.sick)).toBe('quarantined');
    const anybody = openTestWindow(again.engine).client;
    await expect(signInAdministrator(anybody)).rejects.toMatchObject({ code: 'TENANT_QUARANTINED' });
    const { email } = ADMINISTRATOR;
    await expect(
      anybody.tenant.identity.signIn({ email, password: 'a wrong password 3' }, at('acme.example')),
    ).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });

    // What is still damaged stays; what was mended is let out by the operator's check and nothing else.
    const { check } = again.operator.installation.tenants;
    expect((await check({ id: site.sick })).problems).not.toEqual([]);
    expect(await healthOf(again.operator, site.sick)).toBe('quarantined');
    await flip(file, (Number(row?.page) - 1) * 4096 + 900);
    await expect(signInAdministrator(anybody)).rejects.toMatchObject({ code: 'TENANT_QUARANTINED' });
    expect(await check({ id: site.sick })).toMatchObject({ problems: [] });
    await signInAdministrator(anybody);
    await readAll(anybody, at(site.sick));
    expect(await healthOf(again.operator, site.sick)).toBe('healthy');
    await expect(check({ id: site.sick })).rejects.toMatchObject({ code: 'CONFLICT' });
    await again.engine.close();
    const third = start(site);
    await signIn(third.operator);
    expect(await healthOf(third.operator, site.sick)).not.toBe('quarantined');
  });

  it('in quarantine can be deleted, and the installation opens after it', async () => {
    const site = await makeSite();
    await flip(tenantFile(site.folder, site.sick), 20);
    const test = start(site);
    await signIn(test.operator);
    await requireShut(test, site.sick, 'TENANT_QUARANTINED');
    await test.operator.installation.tenants.delete({ id: site.sick, confirmName: 'Acme Corporation' });
    await test.engine.close();
    const again = start(site);
    await signIn(again.operator);
    expect((await again.operator.installation.tenants.list({})).total).toBe(1);
    await requireOthersServe(again, site);
  });

  it('the last page cut off: typed, alone, and nothing is written', async () => {
    const site = await makeSite();
    const file = tenantFile(site.folder, site.sick);
    await truncate(file, Math.floor((await stat(file)).size / 4096 / 2) * 4096);
    const test = start(site);
    await signIn(test.operator);
    const window = openTestWindow(test.engine).client;
    const attempt = async () => {
      await signInAdministrator(window);
      await readAll(window, at(site.sick));
    };
    await expect(attempt()).rejects.toMatchObject({ code: SHUT });
    expect(await healthOf(test.operator, site.sick)).toBe('quarantined');
    await requireOthersServe(test, site);
  });

  it('a database from the future is left alone', async () => {
    const site = await makeSite();
    const file = tenantFile(site.folder, site.sick);
    const database = await createSqlcipherDriver().open(
      file,
      site.keystore.keys.get(`tenant:${site.sick}`) ?? null,
    );
    await database.commit([{ sql: 'PRAGMA user_version = 9999', params: [] }]);
    await database.close();
    const before = await digestOf(file);
    const test = start(site);
    await signIn(test.operator);
    await requireShut(test, site.sick, 'DATABASE_FROM_FUTURE');
    await requireOthersServe(test, site);
    await test.engine.close();
    expect(await digestOf(file)).toBe(before);
  });
});

describe('a keystore that does not give its keys', () => {
  it.each([
    ['locked', 'unavailable', 'KEYSTORE_UNAVAILABLE'],
    ['without a password', 'insecure', 'KEYSTORE_INSECURE'],
  ] as const)('%s at the start: the installation is sealed and says so', async (_what, state, code) => {
    const site = await makeSite();
    site.keystore.current = state;
    const { operator } = start(site);
    const status = await operator.installation.status.read({});
    expect(status).toMatchObject({ state: 'sealed', keystore: { state } });
    expect(status.problems.map((problem) => problem.code)).toContain(code);
    await expect(operator.installation.operators.current({})).rejects.toMatchObject({ code });
  });

  it('emptied at the start: no key is made for what exists', async () => {
    const site = await makeSite();
    site.keystore.keys.clear();
    const { operator } = start(site);
    const status = await operator.installation.status.read({});
    expect(status).toMatchObject({ state: 'sealed', problems: [{ code: 'KEY_MISSING' }] });
    expect(site.keystore.keys.size).toBe(0);
  });

  it('with another key of the installation: sealed, and the catalogue is not touched', async () => {
    const site = await makeSite();
    site.keystore.keys.set('installation', new Uint8Array(randomBytes(32)));
    const before = await digestOf(`${site.folder}/catalog.db`);
    const { operator, engine } = start(site);
    expect(await operator.installation.status.read({})).toMatchObject({
      state: 'sealed',
      problems: [{ code: 'KEY_MISSING' }],
    });
    await engine.close();
    expect(await digestOf(`${site.folder}/catalog.db`)).toBe(before);
  });

  it('locked while it runs: open tenants go on, others wait for it, none gets a new key', async () => {
    const site = await makeSite();
    const test = start(site);
    const member = openTestWindow(test.engine).client;
    await signInAdministrator(member, 'well.example');
    site.keystore.current = 'unavailable';
    await readAll(member, at(site.well));
    const other = openTestWindow(test.engine).client;
    await expect(signInAdministrator(other)).rejects.toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
    const status = await test.operator.installation.status.read({});
    expect(status.problems.map(({ code }) => code)).toContain('KEYSTORE_UNAVAILABLE');
  });

  it('locked while a tenant is created: nothing of it remains once it is open again', async () => {
    const site = await makeSite();
    const test = start(site);
    await signIn(test.operator);
    site.keystore.current = 'unavailable';
    await expect(createTenant(test.operator, { domain: 'late.example' })).rejects.toThrow(/not created/);
    await test.engine.close();
    site.keystore.current = 'ready';
    const again = start(site);
    await signIn(again.operator);
    const { tenants } = await again.operator.installation.tenants.list({});
    expect(tenants.map(({ domain }) => domain).sort()).toEqual(['acme.example', 'well.example']);
  });

  it('locked while a tenant is deleted: it can be tried again, and then it is gone', async () => {
    const site = await makeSite();
    const test = start(site);
    await signIn(test.operator);
    site.keystore.current = 'unavailable';
    const wish = { id: site.sick, confirmName: 'Acme Corporation' };
    await expect(test.operator.installation.tenants.delete(wish)).rejects.toMatchObject({
      code: 'KEYSTORE_UNAVAILABLE',
    });
    site.keystore.current = 'ready';
    expect(await test.operator.installation.tenants.delete(wish)).toMatchObject({ keyDestroyed: true });
    expect(site.keystore.keys.has(`tenant:${site.sick}`)).toBe(false);
    await requireOthersServe(test, site);
  });
});

describe('the health of a tenant', () => {
  it('is idle until it was open, and is remembered after it was closed', async () => {
    const site = await makeSite();
    const test = start(site);
    await signIn(test.operator);
    expect(await healthOf(test.operator, site.well)).toBe('idle');
    await requireOthersServe(test, site);
    expect(await healthOf(test.operator, site.well)).toBe('healthy');
    await test.operator.installation.tenants.suspend({ id: site.well, reason: 'a test' });
    expect(await healthOf(test.operator, site.well)).toBe('healthy');
    const fresh = await createTenant(test.operator, { domain: 'fresh.example' });
    expect(await healthOf(test.operator, fresh)).toBe('healthy');
  });
});
