import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import type { ConsoleError } from '../../../src/contract';
import type { DatabaseDriver, EncryptedDatabase } from '../../../src/engine/ports';
import { startTestEngine } from '../../support/engine';
import { createCaller, problemOf } from '../../support/engine/calls';
import { complaintsAbout } from '../../support/engine/clean';
import { at, openTestWindow } from '../../support/engine/client';
import { EXAMPLES } from '../../support/engine/examples';
import { folderUntil } from '../../support/engine/folders';
import { inspectCatalog } from '../../support/engine/soundness';
import { TestClock } from '../../support/engine/testClock';
import {
  ADMINISTRATOR,
  createOperator,
  createTenant,
  OPERATOR,
  signInAdministrator,
} from '../../support/engine/world';

const HOUR = 3_600_000;

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;
}

async function start() {
  const clock = new TestClock();
  const opened: string[] = [];
  const real = createSqlcipherDriver();
  const tenantDriver: DatabaseDriver<EncryptedDatabase> = {
    create: (file, key) => real.create(file, key),
    open(file, key) {
      opened.push(file);
      return real.open(file, key);
    },
  };
  const folder = await folderUntil(onTestFinished);
  const test = startTestEngine(folder, { clock, tenantDriver });
  onTestFinished(() => test.engine.close());
  const operator = openTestWindow(test.engine);
  await createOperator(operator.client);
  const acme = await createTenant(operator.client);
  const other = await createTenant(operator.client, { domain: 'other.example' });
  return { test, clock, operator, acme, other, opened };
}

describe('a credential that is not one', () => {
  it('opens nothing, and no database either', async () => {
    const { test, operator, acme, other, opened } = await start();
    const member = openTestWindow(test.engine);
    await signInAdministrator(member.client, 'other.example');
    const foreign = member.kept.credential ?? '';
    const [header = '', payload = '', signature = ''] = foreign.split('.');
    const own: Record<string, unknown> = { ...claimsOf(foreign), tid: acme };
    const { privateKey } = generateKeyPairSync('ed25519');
    const forged = await new SignJWT({ tid: acme, role: 'tenant-admin', permissions: [] })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setSubject(String(own.sub))
      .setJti(String(own.jti))
      .setExpirationTime('12h')
      .sign(privateKey);
    const credentials: [string, string][] = [
      ['of another tenant', foreign],
      ['of another tenant, made out for this one', `${header}.${base64url(own)}.${signature}`],
      [
        'made out for an operator',
        `${header}.${base64url({ ...own, tid: 'installation', role: 'operator' })}.${signature}`,
      ],
      ['without a signature', `${base64url({ alg: 'none' })}.${base64url(own)}.`],
      ['with a signature of somebody else', forged],
      ['with a symmetric signature', `${base64url({ alg: 'HS256' })}.${payload}.${signature}`],
      ['that is no token', 'open sesame'],
      ['that is empty', ''],
      ['of many dots', '.'.repeat(5_000)],
    ];
    opened.length = 0;
    for (const [what, credential] of credentials) {
      const caller = createCaller(test.engine);
      caller.credential = credential;
      for (const name of ['overview.read', 'assistant.conversations', 'identity.current']) {
        const input = EXAMPLES[`tenant.${name}`]?.();
        const problem = await problemOf(caller.call('tenant', name, input, { tenant: acme }));
        expect([what, (problem as ConsoleError).code]).toEqual([what, 'NOT_SIGNED_IN']);
        expect(complaintsAbout(problem, [credential])).toEqual([]);
      }
      const installation = await problemOf(caller.call('installation', 'tenants.list'));
      expect([what, (installation as ConsoleError).code]).toEqual([what, 'NOT_SIGNED_IN']);
    }
    expect(opened).toEqual([]);
    // And with the tenant's database open it is no other.
    await signInAdministrator(openTestWindow(test.engine).client);
    for (const [what, credential] of credentials) {
      const caller = createCaller(test.engine);
      caller.credential = credential;
      const problem = await problemOf(caller.call('tenant', 'identity.current', {}, { tenant: acme }));
      expect([what, (problem as ConsoleError).code]).toEqual([what, 'NOT_SIGNED_IN']);
    }
    const current = await member.client.tenant.identity.current({}, at(other));
    expect(current.user?.email).toBe(ADMINISTRATOR.email);
    expect((await operator.client.installation.tenants.list({})).total).toBe(2);
  });

  it('does not keep anybody from signing in anew', async () => {
    const { test, clock, other } = await start();
    const window = openTestWindow(test.engine);
    await signInAdministrator(window.client, 'other.example');
    // With the session of one tenant at another one, whose database is closed.
    await signInAdministrator(window.client, 'acme.example');
    clock.pass(13 * HOUR);
    await expect(window.client.tenant.identity.current({}, at('acme.example'))).rejects.toMatchObject({
      code: 'NOT_SIGNED_IN',
    });
    await signInAdministrator(window.client, 'acme.example');
    expect(other).not.toBe('');
  });

  it('of an operator is not taken by the sign-out of a tenant', async () => {
    const { operator, acme } = await start();
    const { signOut } = operator.client.tenant.identity;
    await expect(signOut({}, at(acme))).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await operator.client.installation.operators.current({})).not.toBeNull();
  });

  it('ends with the sign-out, also in another window and after a restart', async () => {
    const { test, acme } = await start();
    const first = openTestWindow(test.engine);
    await signInAdministrator(first.client);
    const credential = first.kept.credential;
    const second = openTestWindow(test.engine, credential);
    await second.client.tenant.identity.current({}, at(acme));
    await first.client.tenant.identity.signOut({}, at(acme));
    expect(first.kept.credential).toBeNull();
    await expect(second.client.tenant.identity.current({}, at(acme))).rejects.toMatchObject({
      code: 'NOT_SIGNED_IN',
    });
    await test.engine.close();
    const again = startTestEngine(test.ports.files.absolute(''), {
      keystore: test.keystore,
      clock: test.ports.clock,
    });
    onTestFinished(() => again.engine.close());
    const third = openTestWindow(again.engine, credential);
    await expect(third.client.tenant.identity.current({}, at(acme))).rejects.toMatchObject({
      code: 'NOT_SIGNED_IN',
    });
  });
});

describe('a tenant that is not there', () => {
  it('answers whoever has no session as one that is', async () => {
    const { test } = await start();
    const answers = async (address: string) => {
      const caller = createCaller(test.engine, `window:${address}`);
      const codes: string[] = [];
      for (const [name, example] of Object.entries(EXAMPLES)) {
        if (!name.startsWith('tenant.')) continue;
        const procedure = name.slice('tenant.'.length);
        for (const [input, more] of [
          [example(), {}],
          [{ nonsense: true, id: 7, email: 7, content: 7, limit: 'x' }, {}],
          [example(), { bytes: 1e9 }],
        ] as const) {
          // What is asked before the sign-in may be answered, and says the same of both.
          const answer = await caller.call('tenant', procedure, input, { tenant: address, ...more }).then(
            (output) => JSON.stringify(output),
            ({ code, detail }: ConsoleError) => `${code} ${JSON.stringify(detail)}`,
          );
          codes.push(`${name} ${answer}`);
        }
      }
      const unknown = await problemOf(caller.call('tenant', 'no.such', {}, { tenant: address }));
      codes.push((unknown as ConsoleError).code);
      for (let tries = 0; tries < 6; tries += 1) {
        const input = { email: ADMINISTRATOR.email, password: `wrong ${tries}` };
        const problem = await problemOf(caller.call('tenant', 'identity.signIn', input, { tenant: address }));
        codes.push(`${(problem as ConsoleError).code} ${JSON.stringify((problem as ConsoleError).detail)}`);
      }
      return codes;
    };
    const there = await answers('acme.example');
    expect(there.some((code) => code.startsWith('WRONG_CREDENTIALS'))).toBe(true);
    expect(there.some((code) => code.startsWith('TOO_MANY_TRIES'))).toBe(true);
    expect(await answers('nobody.example')).toEqual(there);
    expect(await answers('019a0000-0000-7000-8000-00000000dead')).toEqual(there);
  });

  it('leaves the try to sign in to it in the chain of the installation', async () => {
    const { test } = await start();
    const caller = createCaller(test.engine);
    await problemOf(
      caller.call(
        'tenant',
        'identity.signIn',
        { email: 'a@b.example', password: 'x' },
        { tenant: 'nobody.example' },
      ),
    );
    await test.engine.close();
    const { seen } = await inspectCatalog(test.ports.files.absolute(''), (database) =>
      database.read("SELECT actor, outcome FROM audit_events WHERE event = 'user.signed-in'"),
    );
    expect(seen).toEqual([{ actor: 'unknown:window:direct', outcome: 'refused' }]);
  });

  it('is said to an operator as it is', async () => {
    const { operator } = await start();
    const address = at('019a0000-0000-7000-8000-00000000dead');
    await expect(operator.client.tenant.overview.read({ period: '24h' }, address)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('signing in to a tenant that is suspended', () => {
  it('answers a stranger as a tenant that is not there, and tells a member', async () => {
    const { test, operator, acme, opened } = await start();
    await operator.client.installation.tenants.suspend({ id: acme, reason: 'unpaid' });
    const { email, password } = ADMINISTRATOR;
    const tryIn = (domain: string, input: { email: string; password: string }) =>
      problemOf(openTestWindow(test.engine).client.tenant.identity.signIn(input, at(domain)));
    const absent = await tryIn('nowhere.example', { email, password });
    const wrong = { email, password: 'a wrong password 3' };
    const unknown = { email: 'nobody@acme.example', password };
    for (const input of [wrong, unknown]) expect(await tryIn('acme.example', input)).toEqual(absent);
    expect(absent).toMatchObject({ code: 'WRONG_CREDENTIALS' });
    opened.length = 0;
    expect(await tryIn('acme.example', { email, password })).toMatchObject({ code: 'TENANT_SUSPENDED' });
    // It is shut again at once, and resuming finds it whole.
    expect(opened).toHaveLength(1);
    await operator.client.installation.tenants.resume({ id: acme });
    await signInAdministrator(openTestWindow(test.engine).client);
  });

  it('makes a guesser wait as everywhere', async () => {
    const { test, operator, acme } = await start();
    await operator.client.installation.tenants.suspend({ id: acme, reason: 'unpaid' });
    const { client } = openTestWindow(test.engine);
    const guess = () =>
      problemOf(
        client.tenant.identity.signIn({ email: ADMINISTRATOR.email, password: 'wrong wrong 12' }, at(acme)),
      );
    const codes = [];
    for (let tries = 0; tries < 6; tries += 1) codes.push(((await guess()) as ConsoleError).code);
    expect(codes[0]).toBe('WRONG_CREDENTIALS');
    expect(codes.at(-1)).toBe('TOO_MANY_TRIES');
  });
});

describe('guessing passwords', () => {
  const wrong = (call: (n: number) => Promise<unknown>, tries: number) =>
    Promise.all(
      Array.from({ length: tries }, async (_, n) => ((await problemOf(call(n))) as ConsoleError).code),
    );

  it.each(['an operator', 'a member'])('makes the guesser of %s wait, and not the person', async (who) => {
    const { test, clock, acme } = await start();
    const signIn = (source: string, password: string, email?: string) => {
      const caller = createCaller(test.engine, source);
      return who === 'a member'
        ? caller.call(
            'tenant',
            'identity.signIn',
            { email: email ?? ADMINISTRATOR.email, password },
            { tenant: acme },
          )
        : caller.call('installation', 'operators.signIn', { email: email ?? OPERATOR.email, password });
    };
    const right = who === 'a member' ? ADMINISTRATOR.password : OPERATOR.password;
    // All at the same time gains nothing.
    const codes = await wrong((n) => signIn('address:stranger', `guess ${n}`), 30);
    expect(codes.filter((code) => code === 'WRONG_CREDENTIALS')).toHaveLength(4);
    expect(codes.filter((code) => code === 'TOO_MANY_TRIES')).toHaveLength(26);
    const waiting = await problemOf(signIn('address:stranger', right));
    expect(waiting).toMatchObject({ code: 'TOO_MANY_TRIES', detail: { retryAfterMs: 2_000 } });
    await signIn('address:owner', right);
    clock.pass(2_001);
    await signIn('address:stranger', right);
    await signIn('address:stranger', right);
  });

  it('makes a source wait that goes through the accounts', async () => {
    const { test } = await start();
    const caller = createCaller(test.engine, 'window:sprayer');
    const codes = await wrong(
      (n) =>
        caller.call('installation', 'operators.signIn', {
          email: `a${n}@b.example`,
          password: 'Summer2026!',
        }),
      40,
    );
    expect(codes.filter((code) => code === 'WRONG_CREDENTIALS')).toHaveLength(21);
    expect(codes.filter((code) => code === 'TOO_MANY_TRIES')).toHaveLength(19);
  });
});
