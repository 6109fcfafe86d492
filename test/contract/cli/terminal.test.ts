import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { CLI, cliEnvironment, startCli, startWithCli } from '../../support/cli';
import { OPERATOR } from '../../support/engine/world';
import { freePort } from '../../support/freePort';
import { temporaryFolder } from '../../support/temporaryFolder';

const LONG = 120_000;
const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}

/** A person at a terminal: answers each question that appears with the next word. */
async function atTerminal(
  base: string,
  args: readonly string[],
  answers: readonly [question: string, answer: string][],
  before = '',
) {
  const command = `${before}${quoted([...CLI, ...args])}`;
  const person = spawn('script', ['-qec', command, '/dev/null'], {
    env: cliEnvironment(base, { TERM: 'xterm' }),
  });
  onTestFinished(() => void person.kill());
  let seen = '';
  let from = 0;
  const left = [...answers];
  person.stdout.on('data', (text: Buffer) => {
    seen += text;
    const [next] = left;
    const at = next ? seen.indexOf(next[0], from) : -1;
    if (!next || at < 0) return;
    left.shift();
    from = at + next[0].length;
    person.stdin.write(`${next[1]}\r`);
  });
  const [code] = await once(person, 'close');
  return { code, seen };
}

test.skipIf(!has('script'))(
  'a person is asked for what is secret, and does not see it',
  async () => {
    const cli = await startWithCli();
    const where = ['--data', cli.folder];
    const { name, email, password } = OPERATOR;
    const first = await atTerminal(
      cli.base,
      ['operators', 'create-first', '--name', name, '--email', email, ...where],
      [
        [`Password of ${email}: `, password],
        ['The same once more: ', password],
      ],
    );
    expect(first.code).toBe(0);
    const signedIn = await atTerminal(
      cli.base,
      ['sign-in', ...where],
      [
        ['E-mail: ', `${email}x\u007f`],
        [`Password of ${email}: `, password],
      ],
    );
    expect(signedIn.code).toBe(0);
    expect(first.seen + signedIn.seen).not.toContain(password);
    const left = await atTerminal(
      cli.base,
      ['sign-in', '--email', email, ...where],
      [['Password of', '\u0003']],
    );
    expect(left.code).toBe(130);

    const id = await cli.createTenant();
    const narrow = await atTerminal(cli.base, ['tenants', 'list', ...where], [], 'stty cols 70; ');
    const lines = narrow.seen.split(/\r?\n/).filter((line) => line !== '');
    for (const line of lines) expect([...stripVTControlCharacters(line)].length).toBeLessThanOrEqual(70);
    expect(narrow.seen).toContain('\u001b[1m');
    const plain = await atTerminal(cli.base, ['tenants', 'list', ...where], [], 'NO_COLOR=1 ');
    expect(plain.seen).not.toContain('\u001b');
    const kept = await atTerminal(cli.base, ['tenants', 'delete', id, ...where], [['to go on: ', 'Acme']]);
    expect(kept).toMatchObject({ code: 2, seen: expect.stringContaining('Nothing was done') });
  },
  LONG,
);

test(
  'a server is reached over HTTPS when its certificate is trusted, and told from what is none',
  async () => {
    const cli = await startWithCli();
    await cli.signInOperator();
    const settings = { enabled: true, name: 'localhost', address: '127.0.0.1', port: await freePort() };
    const wishes = JSON.stringify({ settings, certificate: { kind: 'kept' } });
    const opened = await cli.json<{ baseUrl: string; certificate: { pem: string } }>([
      'call',
      'installation.api.set',
      wishes,
    ]);
    const ca = join(cli.base, 'console certificate.pem');
    writeFileSync(ca, opened.certificate.pem);
    const remote = (args: readonly string[]) =>
      startCli(cli.base, [...args, '--url', opened.baseUrl, '--ca', ca, '--json']).ended;
    expect(JSON.parse((await remote(['status'])).stdout)).toMatchObject({
      reachable: true,
      version: '0.0.0-test',
    });
    // A session on the machine is none over the network.
    expect((await remote(['tenants', 'list'])).code).toBe(3);
    const { email } = OPERATOR;
    expect(
      (await remote(['sign-in', '--email', email, '--password-file', cli.passwords.operator])).code,
    ).toBe(0);
    expect(JSON.parse((await remote(['tenants', 'list'])).stdout)).toMatchObject({ total: 0 });
    const first = [
      'operators',
      'create-first',
      '--name',
      'x',
      '--email',
      email,
      '--password-file',
      cli.passwords.operator,
    ];
    expect(await remote(first)).toMatchObject({
      code: 11,
      stderr: expect.stringContaining('on the machine itself'),
    });

    const stranger = await startCli(cli.base, ['status', '--url', opened.baseUrl]).ended;
    expect(stranger).toMatchObject({ code: 8, stderr: expect.stringContaining('is not trusted') });
    const nobody = await startCli(cli.base, ['status', '--url', `https://localhost:${await freePort()}`])
      .ended;
    expect(nobody).toMatchObject({ code: 8, stderr: expect.stringContaining('ECONNREFUSED') });
    expect((await startCli(cli.base, ['status', '--url', 'http://localhost']).ended).code).toBe(2);
  },
  LONG,
);

test(
  'where no engine runs and there is no installation, nothing is made by mistake',
  async () => {
    const base = await temporaryFolder();
    const typo = await startCli(base, ['tenants', 'list', '--data', join(base, 'no such folder')]).ended;
    expect(typo).toMatchObject({ code: 8, stderr: expect.stringContaining('There is no installation') });
  },
  LONG,
);

test(
  'every command has help with examples that name real options',
  async () => {
    const base = await temporaryFolder();
    const help = async (words: readonly string[]) =>
      (await startCli(base, [...words, '--help']).ended).stdout;
    const main = await help([]);
    expect(main).toContain('Ends with:');
    for (const words of [['query'], ['tenants', 'create'], ['users', 'import'], ['verify-audit'], ['call']]) {
      const text = await help(words);
      expect(text).toContain('Examples:');
      const [, examples = ''] = text.split('Examples:');
      for (const [flag] of examples.matchAll(/--[a-z][a-z-]+/g))
        expect(text.split('Examples:')[0]).toContain(flag);
    }
    expect((await startCli(base, []).ended).code).toBe(2);
    expect((await startCli(base, ['tennants']).ended).stderr).toContain('tenants');
  },
  LONG,
);

/** What bash offers behind these words. */
async function offered(script: string, words: readonly string[]): Promise<string[]> {
  const program = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _riscura; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['-c', program, 'bash', script, 'riscura', ...words], {
    encoding: 'utf8',
  });
  return out.split('\n').filter((line) => line !== '');
}

test.skipIf(!has('bash'))(
  'bash completes commands, options, values and files, and runs nothing of what was typed',
  async () => {
    const base = await temporaryFolder();
    const script = join(base, 'completion');
    writeFileSync(script, (await startCli(base, ['completion', 'bash']).ended).stdout);
    expect(await offered(script, ['ten'])).toEqual(['tenants']);
    expect(await offered(script, ['tenants', ''])).toContain('suspend');
    expect(await offered(script, ['tenants', 'list', '--st'])).toEqual(['--state']);
    expect(await offered(script, ['tenants', 'list', '--state', 's'])).toEqual(['suspended']);
    expect(await offered(script, ['tenants', 'list', '--state', '=', 's'])).toEqual(['suspended']);
    expect(await offered(script, ['tenants', 'list', '--search', 'users', '--st'])).toEqual(['--state']);
    writeFileSync(join(base, 'new people.csv'), '');
    expect(await offered(script, ['users', 'import', join(base, 'new')])).toEqual([
      join(base, 'new people.csv'),
    ]);
    const trap = join(base, 'trap');
    expect(await offered(script, ['query', `$(touch ${trap})`, '--js'])).toEqual(['--json']);
    expect(await offered(script, ['users', 'import', trap])).toEqual([]);
  },
  LONG,
);

test.skipIf(!has('zsh'))(
  'zsh takes its script, too',
  async () => {
    const base = await temporaryFolder();
    const script = join(base, '_riscura');
    writeFileSync(script, (await startCli(base, ['completion', 'zsh']).ended).stdout);
    const program = `autoload -Uz compinit && compinit -u -d "${base}/dump" && source "$1" && whence -w _riscura`;
    expect(execFileSync('zsh', ['-fc', program, 'zsh', script], { encoding: 'utf8' })).toContain('function');
  },
  LONG,
);
