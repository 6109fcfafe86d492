import { expect, it } from 'vitest';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import type { IssuedInvitation } from '../../../src/contract';
import { comparableCode } from '../../../src/engine/mechanism/invitations';
import { tenantFile } from '../../support/engine/soundness';
import { startStaffed } from '../../support/engine/staffed';

/*
 * Somebody who reads a tenant's database, with its key, looks for codes that still open an account.
 */

it('finds no code, and nothing a code can be made of', async () => {
  const { add, acme, test } = await startStaffed();
  const ada = await add('ada.b@acme.example', 'tenant-admin');
  const issue = (email: string) =>
    ada.call<IssuedInvitation>('people.invite', { name: 'Iva', email, role: 'user' });
  const codes = [await issue('iva@acme.example'), await issue('ivo@acme.example')].map(({ code }) => code);
  expect(codes[0]).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(new Set(codes).size).toBe(2);

  const key = test.keystore.keys.get(`tenant:${acme}`) ?? null;
  const database = await createSqlcipherDriver().open(tenantFile(test.ports.files.absolute(''), acme), key);
  try {
    const tables = await database.read("SELECT name FROM sqlite_schema WHERE type = 'table'");
    let text = '';
    for (const { name } of tables) text += JSON.stringify(await database.read(`SELECT * FROM "${name}"`));
    expect(text).toContain('iva@acme.example');
    for (const code of codes) {
      for (const form of [code, code.replaceAll('-', ''), comparableCode(code) ?? '']) {
        expect(text.toUpperCase()).not.toContain(form.toUpperCase());
      }
    }
  } finally {
    await database.close();
  }
});
