import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startDesktop } from '../../support/desktop';
import { OPERATOR } from '../../support/engine/world';
import { PASSPHRASE, PROGRAM, startServer, until } from '../../support/server';

const KEYTAR = resolve(dirname(PROGRAM), '../../node_modules/@github/keytar');
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

test('keys move from the Secret Service into a sealed file and back, and none stays behind', async () => {
  const desktop = await startDesktop();
  onTestFinished(() => desktop.stop());
  const base = desktop.makeFolder('server');
  const place = { base, data: join(base, 'data'), passphraseFile: join(base, 'passphrase') };
  writeFileSync(place.passphraseFile, PASSPHRASE, { mode: 0o600 });
  desktop.programs.giveToUser(place.passphraseFile);
  const launcher = desktop.launcherOf(NODE);
  const env = { ...desktop.env, HOME: desktop.home };
  const wishes = (keys: string[]) => ({ program: [launcher, PROGRAM], env, keys });
  const inFile = ['--keystore', 'sealed-file', '--passphrase-file', place.passphraseFile];
  const move = (to: string) => {
    const where = ['--data', place.data, '--passphrase-file', place.passphraseFile];
    return spawnSync(launcher, [PROGRAM, 'keystore', 'move', '--to', to, ...where], {
      env,
      encoding: 'utf8',
    });
  };
  const kept = (): Record<string, string> => {
    const { installationId } = JSON.parse(readFileSync(join(place.data, 'keystore.json'), 'utf8'));
    const call = `findCredentials(${JSON.stringify(`RISCURA Console ${installationId}`)})`;
    const code = `require(process.argv[1]).${call}.then((all) => console.log(JSON.stringify(all)))`;
    return Object.fromEntries(
      JSON.parse(desktop.programs.runNode(code, [KEYTAR])).map(
        ({ account, password }: { account: string; password: string }) => [account, password],
      ),
    );
  };
  const serves = async (keys: string[]): Promise<void> => {
    const server = await (await startServer(place, wishes(keys))).ready();
    expect((await server.monitor('/readyz')).body).toBe('ok\n');
    expect(move('keychain').stderr).toContain('riscura serve works on this data folder');
    server.child.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
  };

  const first = await (await startServer(place, wishes(['--keystore', 'keychain']))).ready();
  await first.local('/installation/operators/create-first', { body: OPERATOR });
  first.child.kill('SIGTERM');
  await first.ended;
  const before = kept();
  expect(Object.keys(before)).toContain('installation');

  await desktop.keyring.lock();
  expect(move('sealed-file').status).not.toBe(0);
  expect(JSON.parse(readFileSync(join(place.data, 'keystore.json'), 'utf8')).kind).toBe('keychain');
  await desktop.keyring.unlock();
  expect(move('sealed-file')).toMatchObject({ status: 0 });
  expect(kept()).toEqual({});
  await serves(inFile);

  expect(move('keychain')).toMatchObject({ status: 0 });
  expect(existsSync(join(place.data, 'keystore.sealed'))).toBe(false);
  expect(kept().installation).toBe(before.installation);
  await serves(['--keystore', 'keychain']);
});
