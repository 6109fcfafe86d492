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
    const { send, openTab } = openBrowser(origin, pem);
    const { headers } = openTab(TAB);
    const hold = () => send('/rpc/line', { method: 'POST', headers: headers() });
    const lines = await openMany(256, hold);
    expect(lines.map(({ status }) => status)).toEqual(lines.map(() => 200));
    const refused = await hold();
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ json: { code: 'TOO_BUSY' } });
  });
});
