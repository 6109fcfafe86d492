import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packagedConsole } from '../../../support/packagedApp';
import { serverPlace, startServer } from '../../../support/server';
import { temporaryFolder } from '../../../support/temporaryFolder';

test('the packaged server serves from its own parts, whatever our variables say', async () => {
  const folder = await packagedConsole();
  const place = await serverPlace();
  const elsewhere = await temporaryFolder();
  const server = await startServer(place, {
    program: [join(folder, 'riscura')],
    env: {
      PATH: '/usr/bin:/bin',
      HOME: place.base,
      RISCURA_BETTER_SQLITE3_BINDING: join(elsewhere, 'library.node'),
      RISCURA_MODELS: elsewhere,
      RISCURA_SAMPLE: '1',
    },
  });
  onTestFinished(() => void server.child.kill('SIGKILL'));
  await server.ready();
  expect((await server.monitor('/readyz')).body).toBe('FIRST_RUN\n');
  const { hosts } = await server.local('/installation/status/read');
  const confined = existsSync('/usr/bin/bwrap');
  expect(hosts).toContainEqual({ host: 'parser', state: 'idle', restarts: 0, confined });
  expect(readdirSync(place.data)).not.toContain('tenants');
  server.child.kill('SIGTERM');
  expect(await server.ended).toEqual({ code: 0, signal: null });
});
