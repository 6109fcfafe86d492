import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MiniLmEmbedder } from '../../../src/adapters/embedding';
import { HostLink, MODEL_FRAMES } from '../../../src/adapters/hostLink';
import { embeddingModel } from '../../support/gguf';
import { HostProcesses } from '../../unit/models/support/hostProcess';

/* The real all-MiniLM-L6-v2 in a real host; skipped where it was not fetched (npm start says why). */
const folder = embeddingModel() ?? '';
const signal = new AbortController().signal;

let hosts: HostProcesses;
let link: HostLink;

beforeAll(() => {
  hosts = new HostProcesses();
  link = new HostLink({
    kind: 'embedding',
    spawn: hosts.spawn,
    limits: MODEL_FRAMES,
    // onnxruntime works on the host's only thread: while it does, there is nobody to answer a ping.
    pingMs: null,
    cancelMs: 10_000,
    startMs: 20_000,
    failure: 'MODEL_FAILED',
  });
});
afterAll(async () => {
  await link.close();
  await hosts.stop();
});

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  return a && b ? a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0) : Number.NaN;
}

describe.skipIf(folder === '')('the embedding model in its host', () => {
  it('puts like beside like, in vectors of unit length', { timeout: 60_000 }, async () => {
    const embedder = new MiniLmEmbedder({ link, folder });
    expect(await embedder.available()).toBe(true);
    const [risk, danger, cake] = await embedder.embed(
      ['The main risk is liquidity.', 'Liquidity is the biggest danger.', 'Bake the cake for an hour.'],
      signal,
    );
    expect(cosine(risk, risk)).toBeCloseTo(1, 3);
    expect(cosine(risk, danger)).toBeGreaterThan(cosine(risk, cake) + 0.3);
  });

  it('takes more texts than a batch, and long ones', { timeout: 60_000 }, async () => {
    const embedder = new MiniLmEmbedder({ link, folder });
    const texts = Array.from({ length: 35 }, (_, index) => `text ${index} ${'word '.repeat(index * 20)}`);
    expect(await embedder.embed(texts, signal)).toHaveLength(35);
  });

  it('has a new host after a kill', { timeout: 60_000 }, async () => {
    const embedder = new MiniLmEmbedder({ link, folder });
    await embedder.embed(['one'], signal);
    const pending = embedder.embed(
      Array.from({ length: 64 }, () => 'a long text '.repeat(60)),
      signal,
    );
    hosts.last().child.kill('SIGKILL');
    await expect(pending).rejects.toMatchObject({ code: 'HOST_RESTARTING' });
    expect(await embedder.embed(['one'], signal)).toHaveLength(1);
  });
});

describe('without the embedding model', () => {
  it('says so', { timeout: 60_000 }, async () => {
    const embedder = new MiniLmEmbedder({ link, folder: '/nonexistent/model' });
    expect(await embedder.available()).toBe(false);
    await expect(embedder.embed(['one'], signal)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });
});
