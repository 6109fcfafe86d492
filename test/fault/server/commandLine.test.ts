import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { lockFolder } from '../../../src/adapters/folderLock';
import { cliEnvironment } from '../../support/cli/environment';
import { ADMINISTRATOR, OPERATOR } from '../../support/engine/world';
import { type ServerPlace, serverPlace, startServer } from '../../support/server';

const PROGRAM = resolve(import.meta.dirname, '../../../out/main/riscura.js');
const LONG = 180_000;

/** The built command line upon a data folder that has a keystore of its own. */
async function commandLine(place: ServerPlace) {
  const file = (name: string, secret: string): string => {
    writeFileSync(join(place.base, name), `${secret}\n`, { mode: 0o600 });
    return join(place.base, name);
  };
  const password = file('operator', OPERATOR.password);
  const first = file('administrator', ADMINISTRATOR.password);
  const keys = ['--keystore', 'sealed-file', '--passphrase-file', place.passphraseFile];

  async function run(...args: string[]) {
    const where = ['--data', place.data, ...keys, '--json'];
    const child = spawn(process.execPath, [PROGRAM, ...args, ...where], { env: cliEnvironment(place.base) });
    onTestFinished(() => void child.kill('SIGKILL'));
    child.stdin.end();
    const code = new Promise<number | null>((done) => child.once('close', done));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, stdout, stderr };
  }

  async function setUp(): Promise<void> {
    const { name, email } = OPERATOR;
    const made = await run(
      'operators',
      'create-first',
      '--name',
      name,
      '--email',
      email,
      '--password-file',
      password,
    );
    expect(made).toMatchObject({ code: 0, stderr: expect.any(String) });
    expect(await run('sign-in', '--email', email, '--password-file', password)).toMatchObject({ code: 0 });
  }
  return { run, setUp, first, password };
}

test(
  'where nothing runs a command starts the engine, uses it and leaves nothing behind',
  async () => {
    const place = await serverPlace();
    const { run, setUp, first } = await commandLine(place);
    expect((await run('status')).code).toBe(8);
    await setUp();
    const { name, email } = ADMINISTRATOR;
    const admin = ['--admin-name', name, '--admin-email', email, '--password-file', first];
    expect(await run('tenants', 'create', 'acme.example', ...admin)).toMatchObject({ code: 0, stderr: '' });
    const who = ['--tenant', 'acme.example', '--email', email, '--password-file', first];
    expect((await run('sign-in', ...who)).code).toBe(0);
    const asked = await run('query', 'What is due?');
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(asked.stdout)).toMatchObject({ role: 'answer', outcome: 'answered' });
    const lock = await lockFolder(place.data, 'engine');
    expect(lock).not.toBeNull();
    lock?.release();
  },
  LONG,
);

test(
  'a command that finds the folder taken says by whom, and goes to a server that answers',
  async () => {
    const place = await serverPlace();
    const { run, setUp } = await commandLine(place);
    await setUp();
    const lock = await lockFolder(place.data, 'custodian', { program: 'The restoring of a backup' });
    expect(await run('tenants', 'list')).toMatchObject({
      code: 8,
      stderr: expect.stringContaining('The restoring of a backup works on this data folder'),
    });
    lock?.release();

    const server = await (await startServer(place)).ready();
    const status = await run('status');
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect((await run('tenants', 'list')).code).toBe(0);
    // What a killed server leaves of its socket leads nowhere, and the command starts the engine itself.
    server.child.kill('SIGKILL');
    await server.ended;
    expect(await run('tenants', 'list')).toMatchObject({ code: 0, stderr: '' });
  },
  LONG,
);

test(
  'a lost sealed file is replaced by an empty one, and the sheets bring the key back',
  async () => {
    const place = await serverPlace();
    const { run, setUp, password } = await commandLine(place);
    await setUp();
    const input = JSON.stringify({ tenantId: null, threshold: 2, shares: 3 });
    const made = await run('call', 'installation.keys.makeKit', input, '--password-file', password);
    expect(made.code).toBe(0);
    const { sheets } = JSON.parse(made.stdout) as { sheets: string[] };
    const written = join(place.base, 'sheets.txt');
    writeFileSync(written, sheets.slice(1).join('\n'), { mode: 0o600 });
    renameSync(join(place.data, 'keystore.sealed'), join(place.base, 'lost'));
    expect((await run('status')).code).not.toBe(0);

    const replacing = ['keystore', 'replace-lost', '--data', place.data];
    const child = spawn(
      process.execPath,
      [PROGRAM, ...replacing, '--new-passphrase-file', place.passphraseFile],
      {
        env: cliEnvironment(place.base),
      },
    );
    expect(await new Promise((done) => child.once('close', done))).toBe(0);
    expect((await run('status')).code).toBe(9);
    const recovered = await run(
      'recover',
      '--sheets',
      written,
      '--email',
      OPERATOR.email,
      '--password-file',
      password,
    );
    expect(recovered).toMatchObject({ code: 0, stdout: expect.stringContaining('ready') });
    expect((await run('status')).code).toBe(0);
    expect((await run('sign-in', '--email', OPERATOR.email, '--password-file', password)).code).toBe(0);
  },
  LONG,
);
