import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startWithCli } from '../../support/cli';
import { OPERATOR } from '../../support/engine/world';

const LONG = 120_000;

test(
  'a fresh installation on a machine without a display is set up, and a tenant lives through its life',
  async () => {
    const cli = await startWithCli();
    expect(await cli.json(['status'])).toMatchObject({ state: 'first-run', reachable: true });
    await cli.signInOperator();
    expect(await cli.run(['tenants', 'list'])).toMatchObject({ code: 0 });
    const id = await cli.createTenant();
    const list = await cli.json<{ tenants: { id: string }[]; total: number }>(['tenants', 'list']);
    expect(list).toMatchObject({
      total: 1,
      next: null,
      tenants: [{ id, domain: 'acme.example', state: 'active' }],
    });
    const table = await cli.run(['tenants', 'list']);
    expect(table.stdout).toMatch(/^DOMAIN +NAME +PLAN/);
    expect(table.stdout).toContain('Acme Corporation');
    expect(table.stdout).not.toContain('\u001b');
    expect(await cli.json(['tenants', 'suspend', 'acme.example', '--reason', 'Unpaid'])).toMatchObject({
      state: 'suspended',
    });
    expect(await cli.json(['tenants', 'resume', id])).toMatchObject({ state: 'active' });

    const remove = ['tenants', 'delete', 'acme.example'];
    expect(await cli.run(remove)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(await cli.run([...remove, '--yes', 'acme'])).toMatchObject({ code: 2 });
    const yes = [...remove, '--yes', 'Acme Corporation', '--password-file', cli.passwords.operator];
    expect(await cli.json(yes)).toMatchObject({ tenantId: id, keyDestroyed: true });
    expect(await cli.run(['tenants', 'show', 'acme.example'])).toMatchObject({ code: 5 });
  },
  LONG,
);

test(
  'what goes wrong ends with a code of its own, in words or as a problem',
  async () => {
    const cli = await startWithCli();
    expect((await cli.run(['whoami'])).code).toBe(3);
    expect((await cli.run(['tenants', 'list'])).code).toBe(3);
    await cli.signInOperator();
    const problem = async (args: readonly string[]) => {
      const { code, stderr, stdout } = await cli.run([...args, '--json']);
      expect(stdout).toBe('');
      return { exit: code, ...(JSON.parse(stderr) as object) };
    };
    const first = [
      'operators',
      'create-first',
      '--name',
      'x',
      '--email',
      'x@y.example',
      '--password-file',
      cli.passwords.operator,
    ];
    expect(await problem(first)).toMatchObject({ exit: 6, code: 'CONFLICT', status: 409 });
    expect(await problem(['tenants', 'show', 'nobody.example'])).toMatchObject({
      exit: 5,
      code: 'NOT_FOUND',
    });
    expect(await problem(['tenants', 'list', '--nonsense'])).toMatchObject({ exit: 2, code: 'USAGE' });
    expect(await problem(['tenants', 'list', '--state', 'asleep'])).toMatchObject({ exit: 2, code: 'USAGE' });
    expect(await problem(['backup'])).toMatchObject({ exit: 11, code: 'NOT_OFFERED' });
    expect(await problem(['call', 'installation.nothing.at'])).toMatchObject({ exit: 11 });
    expect(await problem(['call', 'installation.tenants.read', '{"id":"x"}'])).toMatchObject({
      exit: 2,
      code: 'BAD_INPUT',
      fields: [{ path: 'id' }],
    });
    expect(await problem(['users', 'list'])).toMatchObject({
      exit: 2,
      detail: 'It does not say which tenant.',
    });
    const elsewhere = await cli.run(['status', '--data', join(cli.base, 'nowhere'), '--json']);
    expect(elsewhere.code).toBe(0);
    const wrong = cli.secretFile('wrong', 'another password 9');
    const signIn = ['sign-in', '--email', OPERATOR.email, '--password-file', wrong];
    expect(await problem(signIn)).toMatchObject({ exit: 3, code: 'WRONG_CREDENTIALS' });
    const words = await cli.run(['tenants', 'show', 'nobody.example']);
    expect(words.stderr).toMatch(/^riscura: It does not exist/);
    expect(words.stdout).toBe('');
  },
  LONG,
);

test(
  'a session is kept where its user alone reads it, and is gone when they sign out',
  async () => {
    const cli = await startWithCli();
    await cli.signInOperator();
    const folder = join(cli.base, 'state/riscura/sessions');
    const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('.json'));
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(folder, name), 'utf8')).not.toContain(OPERATOR.password);
    expect(await cli.json(['whoami'])).toMatchObject({
      sessions: [{ as: 'operator', email: OPERATOR.email }],
    });

    // An access token that has ended is renewed, once, by however many commands come at once.
    const kept = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    kept.sessions[0].expiresAt = 1;
    writeFileSync(join(folder, name), JSON.stringify(kept));
    const at = await Promise.all([1, 2, 3].map(() => cli.run(['tenants', 'list'])));
    expect(at.map(({ code }) => code)).toEqual([0, 0, 0]);
    const { sessions } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    expect(sessions[0].refreshToken).not.toBe(kept.sessions[0].refreshToken);

    expect((await cli.run(['sign-out'])).code).toBe(0);
    expect(readdirSync(folder).filter((one) => one.endsWith('.json'))).toEqual([]);
    expect((await cli.run(['tenants', 'list'])).code).toBe(3);
    writeFileSync(join(folder, name), JSON.stringify({ ...kept, sessions }), { mode: 0o644 });
    const open = await cli.run(['tenants', 'list']);
    expect(open).toMatchObject({ code: 2, stderr: expect.stringContaining('can be read by others') });
  },
  LONG,
);

test(
  'an administrator looks after the people of their tenant',
  async () => {
    const cli = await startWithCli();
    await cli.signInOperator();
    await cli.createTenant();
    await cli.signInAdministrator();
    const proof = ['--password-file', cli.passwords.administrator];
    const invited = await cli.json<{ code: string }>([
      'users',
      'invite',
      'bob@acme.example',
      '--name',
      'Bob',
      ...proof,
    ]);
    expect(invited).toMatchObject({ domain: 'acme.example', person: { state: 'invited' } });
    const file = join(cli.base, 'new people.csv');
    writeFileSync(file, 'E-mail,Name,Role\ncarl@acme.example,Carl,user\ndora@acme.example,Dora,user\n');
    const preview = await cli.json<{ applied: boolean }>(['users', 'import', file]);
    expect(preview).toMatchObject({ applied: false, counts: { new: 2, error: 0 } });
    expect(await cli.json(['users', 'list'])).toMatchObject({ total: 2 });
    const codes = join(cli.base, 'codes.csv');
    const applied = await cli.json(['users', 'import', file, '--apply', '--codes', codes, ...proof]);
    expect(applied).toMatchObject({ applied: true, counts: { new: 2 } });
    expect(readFileSync(codes, 'utf8')).toContain('carl@acme.example');
    expect(statSync(codes).mode & 0o777).toBe(0o600);
    writeFileSync(file, 'E-mail,Name,Role\nnot an address,Eve,user\n');
    expect((await cli.run(['users', 'import', file, '--apply', ...proof])).code).toBe(1);

    const reason = ['--reason', 'Left in May', ...proof];
    expect(await cli.json(['users', 'disable', 'carl@acme.example', 'dora@acme.example', ...reason])).toEqual(
      { changed: 2, unchanged: 0 },
    );
    const remove = ['users', 'remove', 'carl@acme.example', ...reason];
    expect((await cli.run(remove)).code).toBe(2);
    expect(await cli.json([...remove, '--yes', 'carl@acme.example'])).toMatchObject({ changed: 1 });
    const out = join(cli.base, 'people.csv');
    expect(await cli.json(['users', 'export', '--out', out, ...proof])).toEqual({ file: out, records: 3 });
    expect((await cli.run(['users', 'export', '--out', out, ...proof])).code).toBe(2);
    expect((await cli.run(['users', 'show', 'carl@acme.example'])).code).toBe(5);
  },
  LONG,
);

test(
  'the audit chain is listed, exported, verified here and verified by the file alone',
  async () => {
    const cli = await startWithCli();
    await cli.signInOperator();
    const { events } = await cli.json<{ events: { event: string; origin: { from: string } }[] }>([
      'audit',
      'list',
    ]);
    expect(events.find(({ event }) => event === 'operator.signed-in')?.origin.from).toBe('command-line');
    expect(await cli.json(['audit', 'verify'])).toMatchObject({ verdict: { ok: true } });
    const out = join(cli.base, 'audit.jsonl');
    const proof = ['--password-file', cli.passwords.operator];
    expect((await cli.run(['audit', 'export', '--out', out, ...proof])).code).toBe(0);
    const verified = await cli.run(['verify-audit', out, '--json']);
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, origin: 'installation' });
    writeFileSync(out, readFileSync(out, 'utf8').replace('operator.signed-in', 'operator.signed-on'));
    expect((await cli.run(['verify-audit', out])).code).toBe(1);
  },
  LONG,
);

test(
  'an API key works from a file or the environment, and for nothing beyond it',
  async () => {
    const cli = await startWithCli();
    await cli.signInOperator();
    const id = await cli.createTenant();
    await cli.signInAdministrator();
    const wishes = JSON.stringify({
      name: 'Script',
      scopes: ['ai.query', 'analytics.view'],
      expiresInDays: 30,
    });
    const proof = ['--password-file', cli.passwords.administrator];
    const { secret } = await cli.json<{ secret: string }>([
      'call',
      'tenant.apiKeys.create',
      wishes,
      ...proof,
    ]);
    await cli.run(['sign-out']);
    const env = { RISCURA_API_KEY: secret };
    expect(await cli.json(['usage', '--period', '7d'], { env })).toMatchObject({ period: '7d' });
    const key = cli.secretFile('key', secret);
    expect(await cli.json(['whoami', '--api-key-file', key])).toMatchObject({
      sessions: [{ as: 'api-key', tenantId: id }],
    });
    expect((await cli.run(['users', 'list'], { env })).code).toBe(4);
    expect((await cli.run(['tenants', 'list'], { env })).code).toBe(3);
    const bad = await cli.run(['usage'], { env: { RISCURA_API_KEY: 'hello' } });
    expect(bad.code).toBe(2);
    expect(bad.stderr).not.toContain('hello');
  },
  LONG,
);
