import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  HostLink,
  MODEL_FRAMES,
  SECRET_VARIABLE,
  SOCKET_VARIABLE,
  type SpawnHost,
} from '../../../src/adapters/hostLink';
import { LlamaRuntime } from '../../../src/adapters/llama';
import type { AnswerEvent, Configuration, LifecycleProgress } from '../../../src/contract';
import { startTestEngine } from '../../support/engine';
import { createCaller } from '../../support/engine/calls';
import { ADMINISTRATOR, newTenant, OPERATOR } from '../../support/engine/world';
import { QUESTION } from '../support/question';
import { serve } from '../support/remote';
import type { Tokens } from './tokensDirect';

/* The console with the real starter model in the real model host: engine here, weights in a process of their own. */
const folder = mkdtempSync(join(tmpdir(), 'riscura-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const spawnHost: SpawnHost = async () => {
  const socketPath = join(folder, `${randomBytes(4).toString('hex')}.sock`);
  const secret = randomBytes(32).toString('hex');
  const host = spawn(process.execPath, [fileURLToPath(new URL('./modelHost.js', import.meta.url))], {
    env: { PATH: process.env.PATH, [SOCKET_VARIABLE]: socketPath, [SECRET_VARIABLE]: secret },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  process.on('exit', () => host.kill('SIGKILL'));
  return {
    socketPath,
    secret,
    release: async () => {
      host.kill('SIGKILL');
    },
  };
};

const link = new HostLink({
  kind: 'model',
  spawn: spawnHost,
  limits: MODEL_FRAMES,
  pingMs: 5_000,
  cancelMs: 10_000,
  startMs: 30_000,
  failure: 'MODEL_FAILED',
});

let ask: ((tokens: number) => Promise<Tokens>) | null = null;

const commands = {
  /** Makes a tenant that answers with the starter model. */
  async prepare(file: string, sha256: string, sizeBytes: number): Promise<void> {
    const { engine } = startTestEngine(folder, {
      embeddedRuntime: new LlamaRuntime({ link, confined: false }),
      starterModel: {
        name: 'smollm2-135m-instruct',
        file,
        sizeBytes,
        sha256,
        licence: 'Apache-2.0',
        licenceText: null,
      },
    });
    const operator = createCaller(engine);
    await operator.call('installation', 'operators.createFirst', OPERATOR);
    const { id: tenant } = (await operator.call('installation', 'tenants.create', newTenant())) as {
      id: string;
    };
    const progress = await operator.call('installation', 'tenants.progress', { id: tenant });
    for await (const _ of progress as AsyncIterable<LifecycleProgress>);
    const member = createCaller(engine);
    const { email, password } = ADMINISTRATOR;
    await member.call('tenant', 'identity.signIn', { email, password }, { tenant });
    ask = async (tokens) => {
      const { residency: _, ...settings } = (await member.call(
        'tenant',
        'configuration.read',
        {},
        {
          tenant,
        },
      )) as Configuration;
      const parameters = { ...settings.parameters, temperature: 0, maxTokens: tokens };
      await member.call('tenant', 'configuration.update', { ...settings, parameters }, { tenant });
      const begun = performance.now();
      let first = 0;
      const stream = await member.call('tenant', 'assistant.ask', { content: QUESTION }, { tenant });
      for await (const event of stream as AsyncIterable<AnswerEvent>) {
        if (event.type === 'text' && first === 0) first = performance.now();
        if (event.type === 'finished') {
          if (event.message.outcome !== 'answered')
            throw new Error(`it was not answered: ${event.message.problem}`);
          const made = event.message.receipt?.outputTokens ?? 0;
          return { tokens: made, firstMs: first - begun, totalMs: performance.now() - begun };
        }
      }
      throw new Error('the answer has no end');
    };
  },

  async ask(tokens: number): Promise<Tokens> {
    if (!ask) throw new Error('it is not prepared');
    return ask(tokens);
  },
};

export type TokensCommands = typeof commands;

serve(commands);
