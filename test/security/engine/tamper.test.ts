import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestEngine } from '../../support/engine';
import { openTestWindow } from '../../support/engine/client';
import { folderUntil } from '../../support/engine/folders';
import { createOperator, createTenant } from '../../support/engine/world';

/** A site with something in every table whose rows carry a seal; its engine is closed. */
async function makeSite() {
  const folder = await folderUntil(onTestFinished);
  const test = startTestEngine(folder);
  const { client } = openTestWindow(test.engine);
  await createOperator(client);
  await createTenant(client);
  await client.installation.network.setAirGap({ airGap: false, reason: 'a test' });
  await client.installation.network.setAirGap({ airGap: true, reason: 'a test' });
  await client.installation.network.declareHost({
    host: 'gpu.site.example',
    port: 11434,
    purpose: 'model',
    note: '',
  });
  await client.installation.network.declareHost({
    host: 'mail.site.example',
    port: 25,
    purpose: 'mail',
    note: '',
  });
  await client.installation.network.withdrawHost({ host: 'mail.site.example', port: 25 });
  await client.installation.models.declareProvider({
    kind: 'ollama',
    name: 'Server',
    baseUrl: 'http://127.0.0.1:9',
    place: 'this-machine',
    region: null,
    evidence: null,
    key: null,
  });
  const price = { per: 'compute-second', amount: { micros: 5, currency: 'USD' } } as const;
  await client.installation.models.setPrice({ id: 'embedded/smollm2-135m-instruct', price });
  await client.installation.models.setPrice({ id: 'embedded/smollm2-135m-instruct', price });
  await test.engine.close();
  return { folder, keystore: test.keystore };
}

async function stateAfter(
  folder: string,
  keystore: Awaited<ReturnType<typeof makeSite>>['keystore'],
  sql: string,
) {
  const catalog = new BetterSqlite3(`${folder}/catalog.db`);
  // Whoever edits the file by hand can drop what guards it, too.
  for (const trigger of ['audit_events_are_not_changed', 'audit_events_are_not_removed'])
    catalog.exec(`DROP TRIGGER ${trigger}`);
  catalog.exec(sql);
  catalog.close();
  const test = startTestEngine(folder, { keystore });
  onTestFinished(() => test.engine.close());
  const { client } = openTestWindow(test.engine);
  const status = await client.installation.status.read({});
  return { state: status.state, codes: status.problems.map(({ code }) => code), client };
}

const COPIED = 'mac FROM operators LIMIT 1';

describe('a catalogue that was edited outside the console', () => {
  it('is told apart from one that was not', async () => {
    const { folder, keystore } = await makeSite();
    expect(await stateAfter(folder, keystore, '')).toMatchObject({ state: 'ready', codes: [] });
  });

  it.each([
    [
      'an operator added',
      `INSERT INTO operators SELECT '019a0000-0000-7000-8000-000000000000', 'Mallory', 'mallory@site.example', 'quick:x', created_at, revision, ${COPIED}`,
    ],
    ['an operator’s password replaced', "UPDATE operators SET password = 'quick:x'"],
    ['an operator’s address replaced', "UPDATE operators SET email = 'mallory@site.example'"],
    ['the operators taken out', 'DELETE FROM operators'],
    [
      'a tenant’s residency widened',
      `UPDATE tenants SET residency = '{"mode":"cloud-allowed","regions":[]}'`,
    ],
    ['a tenant’s plan raised', "UPDATE tenants SET plan = 'enterprise'"],
    ['a tenant’s token key replaced', "UPDATE tenants SET token_key = 'x'"],
    ['a tenant taken out', 'DELETE FROM tenants'],
    ['the air gap opened', "UPDATE settings SET value = 'open' WHERE name = 'air-gap'"],
    ['the air gap taken out', "DELETE FROM settings WHERE name = 'air-gap'"],
    [
      'a host declared',
      `INSERT INTO declared_hosts VALUES ('evil.example', 443, 'model', '', 0, (SELECT mac FROM declared_hosts))`,
    ],
    ['a host changed', "UPDATE declared_hosts SET host = 'evil.example'"],
    ['a host taken out', 'DELETE FROM declared_hosts'],
    ['a provider moved', "UPDATE providers SET base_url = 'https://evil.example'"],
    ['a provider taken out', 'DELETE FROM providers'],
    ['a price lowered', `UPDATE model_prices SET price = 'null'`],
    ['a price taken out', 'DELETE FROM model_prices'],
    ['the count taken out', "DELETE FROM settings WHERE name = 'census'"],
    [
      'the count edited with what it counts',
      `DELETE FROM operators; UPDATE settings SET value = replace(value, '"operators":1', '"operators":0') WHERE name = 'census'`,
    ],
    ['the mark taken out', "DELETE FROM settings WHERE name = 'installation'"],
    ['the mark, the counts and the operators taken out', 'DELETE FROM settings; DELETE FROM operators'],
    [
      'everything with a seal taken out',
      ['operators', 'tenants', 'settings', 'declared_hosts', 'providers', 'model_prices']
        .map((table) => `DELETE FROM ${table};`)
        .join(''),
    ],
    [
      'a row moved to another table',
      "INSERT OR REPLACE INTO settings SELECT 'air-gap', 'open', revision, mac FROM operators",
    ],
  ])('%s: is sealed and says so', async (_what, sql) => {
    const { folder, keystore } = await makeSite();
    const { state, codes, client } = await stateAfter(folder, keystore, sql);
    expect({ state, codes }).toEqual({ state: 'sealed', codes: ['INSTALLATION_TAMPERED'] });
    await expect(
      client.installation.operators.createFirst({
        name: 'Mallory',
        email: 'm@x.example',
        password: 'long enough a word',
      }),
    ).rejects.toMatchObject({ code: 'INSTALLATION_TAMPERED' });
  });

  it('while it runs: an operator added by hand does not get in', async () => {
    const { folder, keystore } = await makeSite();
    const test = startTestEngine(folder, { keystore });
    onTestFinished(() => test.engine.close());
    const { client } = openTestWindow(test.engine);
    await client.installation.status.read({});
    const catalog = new BetterSqlite3(`${folder}/catalog.db`);
    catalog.exec(
      `INSERT INTO operators SELECT '019a0000-0000-7000-8000-000000000000', 'Mallory', 'mallory@site.example', 'quick:x', created_at, revision, ${COPIED}`,
    );
    catalog.close();
    await expect(
      client.installation.operators.signIn({ email: 'mallory@site.example', password: 'x' }),
    ).rejects.toMatchObject({ code: 'INSTALLATION_TAMPERED' });
  });
});
