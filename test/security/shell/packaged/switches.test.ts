import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desktop, startDesktop } from '../../../support/desktop';
import { packagedConsole, startPackaged } from '../../../support/packagedApp';

describe('the packaged console under a switch that would undo it', () => {
  let desktop: Desktop;
  let folder: string;
  let theirs: string;

  beforeAll(async () => {
    folder = await packagedConsole();
    desktop = await startDesktop();
    theirs = desktop.makeFolder('theirs');
  }, 150_000);

  afterAll(async () => {
    await desktop?.stop();
  }, 30_000);

  it.each([
    '--js-flags=--expose-gc',
    '--load-extension=/tmp',
    '--renderer-cmd-prefix=/bin/sh',
    '--disable-web-security',
    '--proxy-server=127.0.0.1:1',
    '--ignore-certificate-errors',
    '--auto-open-devtools-for-tabs',
  ])('does not start (%s)', async (given) => {
    const started = startPackaged(desktop, folder, { args: [given] });
    expect(await started.ended()).toBe(1);
    expect(started.output()).toContain('RISCURA Console does not start with --');
    expect(existsSync(started.dataFolder)).toBe(false);
  });

  it.each(['--log-net-log', '--ssl-key-log-file'])('writes nothing down for anybody (%s)', async (name) => {
    const file = join(theirs, name);
    const started = startPackaged(desktop, folder, { args: [`${name}=${file}`] });
    expect(await started.ended()).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  it('takes no other data folder', async () => {
    const other = join(theirs, 'data');
    const started = startPackaged(desktop, folder, { args: [`--user-data-dir=${other}`] });
    expect(await started.ended()).toBe(1);
    expect(existsSync(join(other, 'data'))).toBe(false);
  });

  it.each(['--remote-debugging-port', '--inspect', '--inspect-brk'])('opens no port (%s)', async (name) => {
    const port = await freePort();
    const started = startPackaged(desktop, folder, { args: [`${name}=${port}`] });
    const seen = new Set<number>();
    const look = setInterval(() => {
      for (const found of started.listensAt()) seen.add(found);
    }, 5);
    try {
      expect(await started.ended()).toBe(1);
    } finally {
      clearInterval(look);
    }
    expect([...seen]).toEqual([]);
  });

  it('answers no driver over its pipes', async () => {
    const started = startPackaged(desktop, folder, { args: ['--remote-debugging-pipe'], pipes: true });
    const [, , , orders, answers] = started.child.stdio as unknown as [null, null, null, Writable, Readable];
    let answered = '';
    answers.on('data', (bytes: Buffer) => {
      answered += bytes.toString('utf8');
    });
    orders.on('error', () => undefined);
    orders.write('{"id":1,"method":"Browser.getVersion"}\0');
    expect(await started.ended()).toBe(1);
    expect(answered).toBe('');
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
