import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { CLI, cliEnvironment, startCli, startWithCli } from '../../support/cli';

const LONG = 120_000;

async function ready() {
  const cli = await startWithCli();
  await cli.signInOperator();
  await cli.createTenant();
  await cli.signInAdministrator();
  return cli;
}

test(
  'a question is answered as text, as JSON or as events, from the arguments or standard input',
  async () => {
    const cli = await ready();
    const said = await cli.run(['query', 'What', 'is', 'due?', '--receipt']);
    expect(said).toMatchObject({ code: 0, stderr: expect.stringContaining('audit event') });
    expect(said.stdout.trim()).not.toBe('');
    const piped = await cli.json<{ text: string; receipt: object }>(['query'], {
      stdin: 'What is due in June?\n',
    });
    expect(piped).toMatchObject({ role: 'answer', outcome: 'answered', receipt: { outcome: 'answered' } });
    const { stdout } = await cli.run(['query', '-', '--events'], { stdin: 'And in July?' });
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    expect(events[0]).toBe('accepted');
    expect(events.at(-1)).toBe('finished');
    expect((await cli.run(['query'], { stdin: '' })).code).toBe(2);
    expect(await cli.json(['usage', 'list'])).toMatchObject({ events: [{}, {}, {}], next: null });
    const csv = await cli.run(['usage', 'export']);
    expect(csv.stdout.split('\r\n')).toHaveLength(5);
    const { conversations } = await cli.json<{ conversations: { id: string }[] }>(['conversations', 'list']);
    const transcript = await cli.run(['conversations', 'show', conversations.at(-1)?.id ?? '']);
    expect(transcript.stdout).toContain('What is due?');
  },
  LONG,
);

test(
  'a model cannot write to the terminal what is no text',
  async () => {
    const cli = await ready();
    cli.runtime.script = async function* () {
      yield { type: 'text', text: 'Harmless\u001b]0;owned\u0007\u001b[2J words\u202e.' };
      yield { type: 'usage', inputTokens: 1, outputTokens: 1 };
    };
    const { stdout } = await cli.run(['query', 'Hello?']);
    expect(stdout).toContain('Harmless');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202e]/);
  },
  LONG,
);

test(
  'Ctrl-C while an answer is made stops the answer, and says so',
  async () => {
    const cli = await ready();
    const spoken = Promise.withResolvers<void>();
    cli.runtime.script = async function* ({ signal }) {
      yield { type: 'text', text: 'Once upon a time ' };
      spoken.resolve();
      await once(signal, 'abort');
      throw signal.reason;
    };
    const { child, ended } = startCli(cli.base, ['query', 'A story, please.', '--data', cli.folder]);
    await Promise.all([spoken.promise, once(child.stdout, 'data')]);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect(stdout).toContain('Once upon a time');
    expect({ code, stderr }).toMatchObject({ code: 130, stderr: expect.stringContaining('was stopped') });
    const { events } = await cli.json<{ events: { outcome: string }[] }>(['usage', 'list']);
    expect(events.map(({ outcome }) => outcome)).toEqual(['stopped']);
  },
  LONG,
);

test(
  'a reader that closes the pipe ends the command without a word',
  async () => {
    const cli = await ready();
    cli.runtime.script = async function* () {
      for (let count = 0; count < 5_000; count += 1)
        yield { type: 'text', text: `${count} bottles of beer on the wall\n` };
      yield { type: 'usage', inputTokens: 1, outputTokens: 1 };
    };
    const command = [...CLI, 'query', 'Sing!', '--data', cli.folder].map((word) => `'${word}'`).join(' ');
    const shell = spawn('bash', ['-c', `set -o pipefail; ${command} | head -n 1`], {
      env: cliEnvironment(cli.base),
    });
    onTestFinished(() => void shell.kill());
    let [out, err] = ['', ''];
    shell.stdout.on('data', (text) => (out += text));
    shell.stderr.on('data', (text) => (err += text));
    const [code] = await once(shell, 'close');
    expect({ code, out, err }).toEqual({ code: 141, out: '0 bottles of beer on the wall\n', err: '' });
  },
  LONG,
);
