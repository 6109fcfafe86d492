import { describe, expect, it, onTestFinished } from 'vitest';
import { createNetwork } from '../../src/adapters/network';
import { createOllamaProvider } from '../../src/adapters/ollama';
import { deadProviders, startTestEngine, type TestEngine } from '../support/engine';
import { openTestWindow, type TestClient } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import { createOperator } from '../support/engine/world';
import { ollamaServer } from '../support/ollamaServer';

/** An engine whose operator began something in a window, and the window after it was reloaded. */
async function start(): Promise<{ test: TestEngine; before: TestClient; reload: () => TestClient }> {
  const test = startTestEngine(await folderUntil(onTestFinished), {
    network: createNetwork(),
    providers: { ...deadProviders, ollama: createOllamaProvider },
  });
  onTestFinished(() => test.engine.close());
  const window = openTestWindow(test.engine);
  await createOperator(window.client);
  const reload = () => {
    window.close();
    return openTestWindow(test.engine, window.kept.credential).client;
  };
  return { test, before: window.client, reload };
}

describe('the running pulls and imports', () => {
  it('are found by a window that was reloaded while it sent a file, and can be cancelled there', async () => {
    const { before, reload } = await start();
    expect(await before.installation.models.jobs({})).toEqual([]);
    const begun = { provider: 'embedded', name: 'larger', sizeBytes: 10, licence: null };
    const { job } = await before.installation.models.beginImport(begun);
    await before.installation.models.appendImport({ job, offset: 0, bytes: new File(['GGUF'], 'piece') });

    const client = reload();
    const [found, ...others] = await client.installation.models.jobs({});
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      id: job,
      kind: 'import',
      provider: 'embedded',
      name: 'larger',
      state: 'receiving',
      progress: { stage: 'receiving', completedBytes: 4, totalBytes: 10, done: false },
    });
    const progress = await client.installation.models.progress({ job });
    expect((await progress.next()).value).toMatchObject({ completedBytes: 4 });
    await client.installation.models.cancel({ job });
    await expect(progress.next()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await client.installation.models.jobs({})).toEqual([]);
    await expect(client.installation.models.finishImport({ job })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(client.installation.models.cancel({ job })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('hold a pull until its server has finished, with the progress that the server reports', async () => {
    const { before, reload } = await start();
    const server = await ollamaServer();
    onTestFinished(() => server.close());
    const finish = Promise.withResolvers<void>();
    server.on('POST /api/pull', async (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(
        `${JSON.stringify({ status: 'pulling', digest: 'sha256:a', total: 200, completed: 50 })}\n`,
      );
      await finish.promise;
      response.end(`${JSON.stringify({ status: 'success' })}\n`);
    });
    await before.installation.network.setAirGap({ airGap: false, reason: 'a pull' });
    const declared = { kind: 'ollama', name: 'GPU', place: 'this-machine' } as const;
    const provider = await before.installation.models.declareProvider({
      ...declared,
      baseUrl: server.baseUrl,
      region: null,
      evidence: null,
      key: null,
    });
    const { job } = await before.installation.models.pull({ provider: provider.id, name: 'tiny' });

    const client = reload();
    for await (const { completedBytes } of await client.installation.models.progress({ job })) {
      if (completedBytes === 50) break;
    }
    expect(await client.installation.models.jobs({})).toMatchObject([
      { id: job, kind: 'pull', provider: provider.id, name: 'tiny', state: 'working' },
    ]);
    finish.resolve();
    for await (const _ of await client.installation.models.progress({ job }));
    expect(await client.installation.models.jobs({})).toEqual([]);
  });

  it('lose a file that a refused import had brought, and no longer list it', async () => {
    const { before } = await start();
    const begun = { provider: 'embedded', name: 'broken', sizeBytes: 4, licence: null };
    const { job } = await before.installation.models.beginImport(begun);
    await before.installation.models.appendImport({ job, offset: 0, bytes: new File(['oops'], 'piece') });
    await before.installation.models.finishImport({ job });
    const progress = await before.installation.models.progress({ job });
    await expect(
      (async () => {
        for await (const _ of progress);
      })(),
    ).rejects.toMatchObject({ code: 'FILE_REFUSED' });
    expect(await before.installation.models.jobs({})).toEqual([]);
  });
});
