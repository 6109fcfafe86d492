import { describe, expect, it } from 'vitest';
import { createSqlcipherDriver } from '../../src/adapters/sqlcipher';
import { SEALED_COLUMNS } from '../../src/engine/tenant/keys/sealedColumns';
import { keyOf, rotate, startAgain, startWithTenant } from '../security/keys/support';
import { at, openTestWindow } from '../support/engine/client';
import { inspectTenant, tenantFile } from '../support/engine/soundness';
import { signInAdministrator } from '../support/engine/world';

async function ask(engine: Parameters<typeof openTestWindow>[0], id: string, words: string) {
  const member = openTestWindow(engine).client;
  await signInAdministrator(member);
  let conversation = '';
  for await (const event of await member.tenant.assistant.ask({ content: words }, at(id))) {
    if (event.type === 'accepted') conversation = event.conversationId;
  }
  return { member, conversation };
}

describe('the field keys of a tenant', () => {
  it('take a new version under which every older text is sealed anew, and it still reads', async () => {
    const { client, engine, id, folder, keystore } = await startWithTenant();
    const { member, conversation } = await ask(engine, id, 'Is it read under the new key?');
    const { keys } = client.tenant;
    await keys.rotateFieldKey({}, at(id));
    await expect.poll(async () => (await keys.fieldKeys({}, at(id))).work).toBeNull();
    expect((await keys.fieldKeys({}, at(id))).versions.map(({ version }) => version)).toEqual([1, 2]);
    const { messages } = await member.tenant.assistant.read({ id: conversation }, at(id));
    expect(messages[0]?.text).toBe('Is it read under the new key?');
    const { events } = await member.tenant.audit.events({}, at(id));
    const own = events.filter(({ event }) => event === 'field-key.rotated');
    expect(own.map(({ outcome }) => outcome)).toEqual(['done', 'intent']);
    await rotate(client, id);
    await engine.close();

    const { seen } = await inspectTenant(folder, keystore, id, async (database) => {
      const found: unknown[] = [];
      for (const { table, column } of SEALED_COLUMNS) {
        found.push(
          ...(await database.read(
            `SELECT substr(${column}, 1, 5) AS version FROM ${table} WHERE ${column} IS NOT NULL`,
          )),
        );
      }
      return found;
    });
    expect(seen.length).toBeGreaterThan(4);
    expect(seen).toEqual(seen.map(() => ({ version: 'v1.2.' })));
    const again = await startAgain(folder);
    const reader = openTestWindow(again.engine).client;
    await signInAdministrator(reader);
    expect((await reader.tenant.assistant.read({ id: conversation }, at(id))).messages[0]?.text).toMatch(
      /new key/,
    );
  });

  it('are listed column by column as the schema has them', async () => {
    const { engine, id, folder, keystore } = await startWithTenant();
    await engine.close();
    const { seen } = await inspectTenant(folder, keystore, id, (database) =>
      database.read(
        `SELECT m.name AS tab, p.name AS col FROM sqlite_master m, pragma_table_info(m.name) p
         WHERE m.type = 'table' AND p.name LIKE 'sealed@_%' ESCAPE '@' ORDER BY 1, 2`,
      ),
    );
    const listed = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort();
    expect(seen.map((row) => `${row.tab}.${row.col}`)).toEqual(listed);
  });

  it('go on where they stopped after the console was ended in the midst', async () => {
    const { client, engine, id, folder, keystore } = await startWithTenant();
    const { conversation } = await ask(engine, id, 'Sealed under the first key');
    const titleOf = 'SELECT sealed_title FROM conversations';
    const open = () => createSqlcipherDriver().open(tenantFile(folder, id), keyOf(keystore, id));
    const before = await open();
    const [old] = await before.read(titleOf);
    await before.close();
    await client.tenant.keys.rotateFieldKey({}, at(id));
    await expect.poll(async () => (await client.tenant.keys.fieldKeys({}, at(id))).work).toBeNull();
    await engine.close();
    // As a kill leaves it: one column done, the second to come, a text of it under the older key still.
    const database = await open();
    await database.commit([
      { sql: 'UPDATE conversations SET sealed_title = ?', params: [String(old?.sealed_title)] },
      {
        sql: 'INSERT INTO field_key_work (id, version, column_number, cursor, sealed) VALUES (1, 2, 1, NULL, 2)',
        params: [],
      },
    ]);
    await database.close();
    const again = await startAgain(folder);
    await expect
      .poll(async () => (await again.client.tenant.keys.fieldKeys({}, at(id))).work, { timeout: 5_000 })
      .toBeNull();
    const reader = openTestWindow(again.engine).client;
    await signInAdministrator(reader);
    const { messages } = await reader.tenant.assistant.read({ id: conversation }, at(id));
    expect(messages[0]?.text).toBe('Sealed under the first key');
    await again.engine.close();
    const after = await open();
    const [title] = await after.read(titleOf);
    await after.close();
    expect([old, title].map((row) => String(row?.sealed_title).slice(0, 5))).toEqual(['v1.1.', 'v1.2.']);
  });
});
