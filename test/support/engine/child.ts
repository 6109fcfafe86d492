import { writeSync } from 'node:fs';
import type { AnswerEvent, FileKeys, LifecycleProgress } from '../../../src/contract';
import { createCaller } from './calls';
import { FileKeystore } from './fileKeystore';
import { startTestEngine } from './index';
import { ADMINISTRATOR, newTenant, OPERATOR } from './world';

/*
 * An engine in a process of its own that is killed at a named point: `child.ts FOLDER JOB POINT [TENANT]`. What it
 * acknowledged it has written to its standard output before, and `begun` before what the job is about.
 */
const [folder = '', job = '', point = '', tenant = ''] = process.argv.slice(2);

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function say(value: unknown): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

async function main(): Promise<void> {
  const { engine, runtime } = startTestEngine(folder, {
    keystore: new FileKeystore(folder),
    reach: async (reached) => {
      if (reached === point) die();
    },
  });
  const caller = createCaller(engine);

  async function create(): Promise<void> {
    await caller.call('installation', 'operators.signIn', OPERATOR);
    say('begun');
    const made = await caller.call('installation', 'tenants.create', newTenant({ domain: 'killed.example' }));
    say(made);
    const { id } = made as { id: string };
    const stream = await caller.call('installation', 'tenants.progress', { id });
    for await (const progress of stream as AsyncIterable<LifecycleProgress>) say(progress.outcome);
  }

  async function remove(): Promise<void> {
    await caller.call('installation', 'operators.signIn', OPERATOR);
    const input = { id: tenant, confirmName: newTenant().name };
    say('begun');
    say(await caller.call('installation', 'tenants.delete', input));
  }

  async function ask(): Promise<void> {
    const { email, password } = ADMINISTRATOR;
    await caller.call('tenant', 'identity.signIn', { email, password }, { tenant });
    runtime.script = async function* () {
      yield { type: 'text', text: 'Half an answer' };
      if (point !== 'finished') await new Promise(() => undefined);
      yield { type: 'usage', inputTokens: 1, outputTokens: 2 };
    };
    const stream = await caller.call('tenant', 'assistant.ask', { content: 'Will it be kept?' }, { tenant });
    for await (const event of stream as AsyncIterable<AnswerEvent>) {
      say(event);
      if (event.type === point) die();
    }
  }

  async function rotate(): Promise<void> {
    await caller.call('installation', 'operators.signIn', OPERATOR);
    say(await caller.call('installation', 'keys.rotate', { id: tenant }));
    const stream = await caller.call('installation', 'tenants.progress', { id: tenant });
    for await (const progress of stream as AsyncIterable<LifecycleProgress>) say(progress.outcome);
  }

  async function rotateInstallation(): Promise<void> {
    await caller.call('installation', 'operators.signIn', OPERATOR);
    say(await caller.call('installation', 'keys.rotateInstallationKey', {}));
  }

  async function rotateFiles(): Promise<void> {
    await caller.call('installation', 'operators.signIn', OPERATOR);
    say(await caller.call('tenant', 'keys.rotateFileKey', {}, { tenant }));
    for (;;) {
      const { work } = (await caller.call('tenant', 'keys.fileKeys', {}, { tenant })) as FileKeys;
      if (work === null) return;
    }
  }

  if (job === 'create') await create();
  else if (job === 'rotate') await rotate();
  else if (job === 'rotateInstallation') await rotateInstallation();
  else if (job === 'rotateFiles') await rotateFiles();
  else if (job === 'remove') await remove();
  else await ask();
}

main().catch((problem: unknown) => {
  say({ failed: problem instanceof Error ? problem.stack : String(problem) });
  process.exitCode = 1;
});
