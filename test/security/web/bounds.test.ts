import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { get } from 'node:https';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OPERATOR } from '../../support/engine/world';
import { openBrowser, startWeb } from '../../support/web';

const CREDENTIALS = { email: OPERATOR.email, password: OPERATOR.password };
const TAB = '00000000000000aa';

/** Opens so many streams of a browser, which end with the test. */
async function openMany(many: number, open: () => ReturnType<ReturnType<typeof openBrowser>['send']>) {
  const answers = await Promise.all(Array.from({ length: many }, open));
  onTestFinished(() => void answers.map(({ body }) => body?.cancel().catch(() => undefined)));
  return answers;
}

/** How the page is answered over a connection of its own; the code of the error where it is not. */
function pageStatus(port: number, ca: string, localAddress = '127.0.0.1') {
  return new Promise<number | string | undefined>((resolve) => {
    const place = { host: '127.0.0.1', port, localAddress, ca, servername: 'localhost', agent: false };
    get({ ...place, headers: { host: `localhost:${port}` } }, (answer) =>
      resolve(answer.resume().statusCode),
    ).once('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
  });
}

describe('what the web console holds open for whoever comes', () => {
  it('is 64 requests from one address without a session, and one can sign in all the same', async () => {
    const { origin, pem } = await startWeb();
    const { send, openTab } = openBrowser(origin, pem);
    const { client, headers } = openTab(TAB);
    const watch = () =>
      send('/rpc/installation/status/watch', {
        method: 'POST',
        headers: { ...headers(), 'content-type': 'application/json' },
        body: '{"json":{}}',
      });
    const streams = await openMany(64, watch);
    expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
    const other = openTab('00000000000000bb');
    await expect(other.client.installation.status.read({})).rejects.toMatchObject({ code: 'TOO_BUSY' });

    await streams[0]?.body?.cancel();
    await expect
      .poll(() => other.client.installation.status.read({}).catch(({ code }) => code), { timeout: 10_000 })
      .toMatchObject({ state: 'ready' });

    await watch().then((again) => openMany(1, async () => again));
    await client.installation.operators.signIn(CREDENTIALS);
    expect(await other.client.installation.status.read({})).toMatchObject({ state: 'ready' });
  });

  it('is a line for each of 256 tabs of one address', async () => {
    const { origin, pem } = await startWeb();
    const sessions = [1, 2].map(() => connectHttp2(origin, { ca: pem }));
    onTestFinished(() => {
      for (const session of sessions) session.destroy();
    });
    const own = {
      ...openBrowser(origin, pem).openTab(TAB).headers(),
      ':method': 'POST',
      ':path': '/rpc/line',
    };
    const hold = async (session: ClientHttp2Session) => {
      const [headers] = await once(session.request(own).resume(), 'response');
      return headers[':status'];
    };
    const lines = await Promise.all(
      sessions.flatMap((session) => Array.from({ length: 128 }, () => hold(session))),
    );
    expect(lines).toEqual(lines.map(() => 200));
    expect(await Promise.all(sessions.map(hold))).toEqual([429, 429]);
  });

  it('is 256 connections of one address, which keep nobody else out', async () => {
    const { pem, settings } = await startWeb();
    const { port } = settings;
    const sockets = Array.from({ length: 256 }, () => connect({ host: '127.0.0.1', port }));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    expect(await pageStatus(port, pem)).toBe('ECONNRESET');
    // Elsewhere a machine has one address of its own alone.
    if (process.platform === 'linux') expect(await pageStatus(port, pem, '127.0.0.2')).toBe(200);
    sockets[0]?.destroy();
    await expect.poll(() => pageStatus(port, pem), { timeout: 10_000 }).toBe(200);
  });
});
