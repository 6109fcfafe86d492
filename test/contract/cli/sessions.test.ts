import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SEAL_WORDS } from '../../../src/contract';
import { startWithCli } from '../../support/cli';
import { createAuthenticator } from '../../support/engine/authenticator';
import { TestClock } from '../../support/engine/testClock';
import { ADMINISTRATOR, OPERATOR } from '../../support/engine/world';

const LONG = 120_000;
const MINUTES = 60_000;

test(
  'what needs a fresh proof asks for the password when the last one is too old',
  async () => {
    // The command line asks the system for the time, so the engine's stands where that is.
    const clock = new TestClock(Date.now());
    const cli = await startWithCli({ clock });
    await cli.signInOperator();
    await cli.createTenant();
    await cli.signInAdministrator();
    const invite = ['users', 'invite', 'bob@acme.example', '--name', 'Bob'];
    clock.pass(6 * MINUTES);
    expect(await cli.run([...invite, '--json'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('STEP_UP_REQUIRED'),
    });
    const wrong = cli.secretFile('wrong', 'not the password 7');
    expect((await cli.run([...invite, '--password-file', wrong])).code).toBe(3);
    expect(await cli.run([...invite, '--password-file', cli.passwords.administrator])).toMatchObject({
      code: 0,
    });
    expect(await cli.json(['users', 'list'])).toMatchObject({ total: 2 });
  },
  LONG,
);

test(
  'a second factor is given with the password',
  async () => {
    const cli = await startWithCli();
    await cli.signInOperator();
    await cli.createTenant();
    await cli.signInAdministrator();
    const { secret } = await cli.json<{ secret: string }>(['call', 'tenant.account.beginSecondFactor', '{}']);
    const app = createAuthenticator(secret, cli.ports.clock);
    await cli.json(['call', 'tenant.account.finishSecondFactor', '-'], {
      stdin: JSON.stringify({ code: app.code() }),
    });
    await cli.run(['sign-out', '--tenant', 'acme.example']);
    const signIn = ['sign-in', '--tenant', 'acme.example', '--email', ADMINISTRATOR.email];
    const without = await cli.run([...signIn, '--password-file', cli.passwords.administrator]);
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('no code on line 2') });
    const both = cli.secretFile('both', `${ADMINISTRATOR.password}\n${app.code(1)}`);
    expect(await cli.json([...signIn, '--password-file', both])).toMatchObject({
      sessions: [{ as: 'member', tenant: 'acme.example', role: 'tenant-admin' }],
    });
    expect(await cli.json(['whoami'])).toMatchObject({
      sessions: [
        { as: 'operator', role: 'operator' },
        { as: 'member', email: ADMINISTRATOR.email },
      ],
    });
  },
  LONG,
);

test(
  'whoever guesses passwords waits, and is told how long',
  async () => {
    const cli = await startWithCli();
    await cli.signInOperator();
    const wrong = cli.secretFile('wrong', 'not the password 7');
    const codes: (number | null)[] = [];
    let last = { code: 0 as number | null, stderr: '' };
    while (codes.length < 30 && last.code !== 7) {
      last = await cli.run(['sign-in', '--email', OPERATOR.email, '--password-file', wrong, '--json']);
      codes.push(last.code);
    }
    expect(codes.slice(0, -1).every((code) => code === 3)).toBe(true);
    expect(JSON.parse(last.stderr)).toMatchObject({
      code: 'TOO_MANY_TRIES',
      retryAfterMs: expect.any(Number),
    });
  },
  LONG,
);

test(
  'a session that was ended elsewhere is noticed and forgotten',
  async () => {
    const cli = await startWithCli();
    await cli.signInOperator();
    const folder = join(cli.base, 'state/riscura/sessions');
    const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('.json'));
    const kept = readFileSync(join(folder, name));
    await cli.run(['sign-out']);
    writeFileSync(join(folder, name), kept, { mode: 0o600 });
    expect((await cli.run(['whoami'])).code).toBe(3);
    expect(readdirSync(folder).filter((one) => one.endsWith('.json'))).toEqual([]);
  },
  LONG,
);

test(
  'an operator seals everything and opens it again from the machine',
  async () => {
    const cli = await startWithCli();
    await cli.signInOperator();
    expect((await cli.run(['seal', '--yes', 'seal it'])).code).toBe(2);
    expect(await cli.json(['seal', '--yes', SEAL_WORDS])).toEqual({ state: 'sealed' });
    expect(await cli.run(['status', '--json'])).toMatchObject({
      code: 9,
      stdout: expect.stringContaining('"sealed"'),
    });
    expect((await cli.run(['tenants', 'list'])).code).toBe(9);
    const { email } = OPERATOR;
    expect(await cli.json(['unseal', '--email', email, '--password-file', cli.passwords.operator])).toEqual({
      state: 'ready',
    });
    expect((await cli.run(['status'])).code).toBe(0);
  },
  LONG,
);

test(
  'a tenant is changed as it is named',
  async () => {
    const cli = await startWithCli();
    await cli.signInOperator();
    await cli.createTenant();
    const change = ['tenants', 'update', 'acme.example', '--plan', 'enterprise'];
    const region = ['--residency', 'region-bound', '--region', 'eu-de', '--region', 'eu-fr'];
    expect(await cli.json([...change, ...region])).toMatchObject({
      plan: 'enterprise',
      residency: { mode: 'region-bound', regions: ['eu-de', 'eu-fr'] },
    });
    expect((await cli.run(['tenants', 'update', 'acme.example', '--plan', 'gold'])).code).toBe(2);
  },
  LONG,
);
