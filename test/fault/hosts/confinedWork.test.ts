import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocumentParser } from '../../../src/adapters/documents';
import { MiniLmEmbedder } from '../../../src/adapters/embedding';
import { HostLink, MODEL_FRAMES, type SpawnHost } from '../../../src/adapters/hostLink';
import { LlamaRuntime } from '../../../src/adapters/llama';
import { ModelParameters } from '../../../src/contract';
import { type ChildHost, startChildHost } from '../../../src/custodian/childHost';
import { type Confinement, findConfinement } from '../../../src/custodian/confinement';
import { hostCommand, type Layout } from '../../../src/custodian/hostCommand';
import { createHostSockets } from '../../../src/custodian/hostSockets';
import { embeddingFolder, findStarterModel } from '../../../src/hosts/starterModel';
import { asianPdf } from '../../support/documents';
import { packagedConsole } from '../../support/packagedApp';

const checkout = join(import.meta.dirname, '../../..');
const models = process.env.RISCURA_MODELS ?? '';
const inCheckout: Layout = {
  node: process.execPath,
  engine: join(checkout, 'out/main'),
  hosts: join(checkout, 'out/main'),
  application: ['package.json', 'out/main', 'node_modules'].map((name) => join(checkout, name)),
  models: [models],
};
const built = existsSync(join(inCheckout.hosts, 'modelHost.js'));

async function inPackage(): Promise<Layout> {
  const resources = join(await packagedConsole(), 'resources');
  const hosts = join(resources, 'hosts');
  return {
    node: join(resources, 'node/node'),
    engine: hosts,
    hosts,
    application: [hosts],
    models: [join(resources, 'models')],
  };
}

const LAYOUTS = [
  ['of a checkout', async () => inCheckout],
  ['of a package', inPackage],
] as const;

/** The real hosts, as they are built, in the real bubblewrap: it must not keep them from their work. */
const isHere = built && process.platform === 'linux';
describe.runIf(isHere).each(LAYOUTS)('hosts %s that are shut in', (_where, findLayout) => {
  const sockets = createHostSockets();
  const started: ChildHost[] = [];
  let layout: Layout;
  let confinement: Confinement;

  beforeAll(async () => {
    layout = await findLayout();
    confinement = await findConfinement(layout);
  });

  afterAll(async () => {
    await Promise.all(started.map((host) => host.kill()));
    sockets.clear();
  });

  const spawn: SpawnHost = async (kind) => {
    const socket = sockets.next();
    const secret = `secret of ${started.length}`;
    const command = hostCommand(kind, layout, socket.path, secret);
    const host = startChildHost(confinement.wrap(kind, command, socket.folder ?? ''), socket);
    started.push(host);
    await host.listening();
    return { socketPath: socket.path, secret, release: () => host.kill() };
  };
  const link = (kind: 'model' | 'embedding') =>
    new HostLink({
      kind,
      spawn,
      startMs: 30_000,
      limits: MODEL_FRAMES,
      pingMs: null,
      cancelMs: 5_000,
      failure: 'MODEL_FAILED',
    });
  const { signal } = new AbortController();

  it('are so wherever bubblewrap works', () => {
    expect(confinement.missing ?? '').not.toContain('does not work');
  });

  it.runIf(existsSync(join(models, 'starter')))(
    'answer with the starter model',
    async () => {
      const starter = await findStarterModel(layout.models[0] ?? '');
      const runtime = new LlamaRuntime({ link: link('model'), confined: confinement.confined });
      const request = {
        model: 'starter',
        messages: [{ role: 'user', content: 'Say hello.' }] as const,
        parameters: ModelParameters.parse({ maxTokens: 8, temperature: 0 }),
        signal,
      };
      let said = '';
      for await (const event of runtime.chat(starter?.file ?? '', 'somebody', request)) {
        if (event.type === 'text') said += event.text;
      }
      expect(said.trim()).not.toBe('');
    },
    120_000,
  );

  it.runIf(existsSync(embeddingFolder(models)))(
    'turn text into vectors',
    async () => {
      const embedder = new MiniLmEmbedder({
        link: link('embedding'),
        folder: embeddingFolder(layout.models[0] ?? ''),
      });
      const [vector] = await embedder.embed(['risk'], signal);
      expect(vector).toHaveLength(384);
    },
    120_000,
  );

  it('read documents', async () => {
    const parser = createDocumentParser({ spawn, confined: confinement.confined });
    const document = await parser.parse('notes.md', Buffer.from('# Liquidity\n\nCash is short.\n'), signal);
    expect(document.parts.map((part) => part.text).join()).toContain('Cash is short.');
    const japanese = asianPdf('90ms-RKSJ-H', 'Japan1', '97ac93ae90ab');
    expect((await parser.parse('a.pdf', japanese, signal)).parts[0]?.text).toBe('流動性');
  }, 120_000);
});
