import { chmodSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startDesktop } from '../../support/desktop';
import { OPERATOR } from '../../support/engine/world';
import { PROGRAM, startServer, until } from '../../support/server';

const NODE = resolve(dirname(PROGRAM), '../../node_modules/node/bin/node');

test('a server keeps its keys in the Secret Service, waits while it is locked, and opens when it is not', async () => {
  const desktop = await startDesktop();
  onTestFinished(() => desktop.stop());
  const base = desktop.makeFolder('server');
  chmodSync(base, 0o700);
  const place = { base, data: join(base, 'data'), passphraseFile: join(base, 'none') };
  const wishes = {
    program: [desktop.launcherOf(NODE), PROGRAM],
    env: { ...desktop.env, HOME: desktop.home },
    keys: ['--keystore', 'keychain'],
  };
  const server = await (await startServer(place, wishes)).ready();
  await server.local('/installation/operators/create-first', { body: OPERATOR });
  expect((await server.monitor('/readyz')).body).toBe('ok\n');
  expect(await server.local('/installation/status/read')).toMatchObject({
    keystore: { kind: 'Secret Service', state: 'ready' },
  });
  server.child.kill('SIGTERM');
  expect((await server.ended).code).toBe(0);

  await desktop.keyring.lock();
  const next = await (await startServer(place, wishes)).ready();
  expect(await next.monitor('/readyz')).toEqual({ status: 503, body: 'KEYSTORE_UNAVAILABLE\n' });
  await desktop.keyring.unlock();
  await until('the opened installation', async () => (await next.monitor('/readyz')).status === 200);
  next.child.kill('SIGTERM');
  expect((await next.ended).code).toBe(0);
});
