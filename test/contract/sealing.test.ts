import { describe, expect, it, onTestFinished } from 'vitest';
import { createSqlcipherDriver } from '../../src/adapters/sqlcipher';
import { SEAL_WORDS, STEP_UP_MS } from '../../src/contract';
import { startTestEngine } from '../support/engine';
import { problemOf } from '../support/engine/calls';
import { at, openTestWindow } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import { inspectCatalog } from '../support/engine/soundness';
import { TestClock } from '../support/engine/testClock';
import { createOperator, createTenant, OPERATOR, signInAdministrator } from '../support/engine/world';

const { email, password } = OPERATOR;

async function start() {
  const clock = new TestClock();
  const folder = await folderUntil(onTestFinished);
  const open = new Set<string>();
  const real = createSqlcipherDriver();
  const test = startTestEngine(folder, {
    clock,
    tenantDriver: {
      create: (file, key) => real.create(file, key),
      async open(file, key) {
        const database = await real.open(file, key);
        open.add(file);
        const close = database.close.bind(database);
        database.close = async () => {
          open.delete(file);
          await close();
        };
        return database;
      },
    },
  });
  onTestFinished(() => test.engine.close());
  const { client: operator } = openTestWindow(test.engine);
  await createOperator(operator);
  const acme = await createTenant(operator);
  const { client: member } = openTestWindow(test.engine);
  await signInAdministrator(member);
  await member.tenant.users.list({}, at(acme));
  const seal = () => operator.installation.sealing.seal({ confirm: SEAL_WORDS });
  return { clock, folder, test, open, operator, member, acme, seal };
}

describe('an installation that is sealed', () => {
  it('has no database open and answers nobody, until an operator gives their password', async () => {
    const { test, open, operator, member, acme, seal } = await start();
    expect(open.size).toBe(1);
    const watching = (await member.tenant.overview.watch({ period: '24h' }, at(acme)))[
      Symbol.asyncIterator
    ]();
    await watching.next();
    const end = problemOf(watching.next().then(({ done }) => (done ? Promise.reject('ended') : undefined)));
    await seal();
    await end;
    expect(open.size).toBe(0);
    const read = member.tenant.users.list({}, at(acme));
    expect(await problemOf(read)).toMatchObject({ code: 'SEALED_BY_OPERATOR' });
    const list = operator.installation.tenants.list({ limit: 5 });
    expect(await problemOf(list)).toMatchObject({ code: 'SEALED_BY_OPERATOR' });
    expect(await operator.installation.status.read({})).toMatchObject({
      state: 'sealed',
      problems: [{ code: 'SEALED_BY_OPERATOR' }],
    });
    const { client } = openTestWindow(test.engine);
    const wrong = client.installation.sealing.unseal({ email, password: 'a guess' });
    expect(await problemOf(wrong)).toMatchObject({ code: 'WRONG_CREDENTIALS' });
    expect(await operator.installation.status.read({})).toMatchObject({ state: 'sealed' });
    await client.installation.sealing.unseal({ email, password });
    await client.installation.tenants.list({ limit: 5 });
    await member.tenant.users.list({}, at(acme));
    const again = client.installation.sealing.unseal({ email, password });
    expect(await problemOf(again)).toMatchObject({ code: 'CONFLICT' });
  });

  it('stays so over a restart, and makes whoever guesses wait', async () => {
    const { clock, folder, test, seal } = await start();
    await seal();
    await test.engine.close();
    const after = startTestEngine(folder, { clock, keystore: test.keystore });
    onTestFinished(() => after.engine.close());
    const { client } = openTestWindow(after.engine);
    expect(await client.installation.status.read({})).toMatchObject({ state: 'sealed' });
    const codes: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      const guess = client.installation.sealing.unseal({ email, password: `guess ${n}` });
      codes.push(((await problemOf(guess)) as { code: string }).code);
    }
    expect(codes.at(-1)).toBe('TOO_MANY_TRIES');
    await after.engine.close();
    await inspectCatalog(folder, async (database) => {
      const rows = await database.read(
        "SELECT outcome FROM audit_events WHERE event = 'installation.sealed' ORDER BY sequence",
      );
      expect(rows.map(({ outcome }) => outcome)).toEqual(['intent', 'done']);
    });
  });

  it('is sealed by an operator alone, with the words typed and a fresh proof', async () => {
    const { clock, operator, seal } = await start();
    const mistyped = operator.installation.sealing.seal({ confirm: 'seal' });
    expect(await problemOf(mistyped)).toMatchObject({ code: 'CONFIRMATION_MISMATCH' });
    clock.pass(STEP_UP_MS + 1);
    expect(await problemOf(seal())).toMatchObject({ code: 'STEP_UP_REQUIRED' });
    await operator.installation.tenants.list({ limit: 5 });
  });
});
