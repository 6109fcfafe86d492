import { describe, expect, it } from 'vitest';
import {
  connectCustodian,
  type ParentPort,
  type RequestHandlers,
  serveEngine,
  type WindowPort,
} from '../../../src/adapters/custodianLink';
import { ConsoleError } from '../../../src/contract';
import { recordingLog } from './support';

const TENANT = { kind: 'tenant', tenantId: '0190b3a0-0000-7000-8000-000000000001' } as const;

/** Both halves, joined by a port that clones as a real one does. */
function joined(handlers: Partial<RequestHandlers>) {
  const log = recordingLog();
  const heard: unknown[] = [];
  let toCustodian: (message: unknown) => void = () => undefined;
  let toEngine: (event: { data: unknown; ports: WindowPort[] }) => void = () => undefined;
  const sentToEngine: unknown[] = [];
  const link = serveEngine<WindowPort>(
    {
      on: (_event, listener) => {
        toCustodian = listener;
      },
      postMessage: (message, ports = []) => {
        const data = structuredClone(message);
        sentToEngine.push(data);
        queueMicrotask(() => toEngine({ data, ports }));
      },
    },
    handlers as RequestHandlers,
    {
      ready: () => heard.push('ready'),
      pong: (beat) => heard.push(`pong ${beat}`),
      drained: () => heard.push('drained'),
      credential: (window, credential) => heard.push(`${window}: ${credential}`),
      tabCredential: (tab, credential) => heard.push(`tab ${tab}: ${credential}`),
    },
    log,
  );
  const parentPort: ParentPort = {
    on: (_event, listener) => {
      toEngine = listener;
    },
    postMessage: (message) => {
      const data = structuredClone(message);
      queueMicrotask(() => toCustodian(data));
    },
  };
  return {
    custodian: connectCustodian(parentPort),
    link,
    heard,
    log,
    sentToEngine,
    say: (m: unknown) => toCustodian(m),
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const port = {} as WindowPort;

describe('the link between engine and custodian', () => {
  it('answers a key and overwrites the copy of the custodian', async () => {
    const key = new Uint8Array(32).fill(7);
    const { custodian } = joined({ 'keystore.readKey': async () => key });
    expect(await custodian.keystore.readKey(TENANT)).toEqual(new Uint8Array(32).fill(7));
    expect(key).toEqual(new Uint8Array(32));
  });

  it('carries code and reason of an error, and neither cause nor stack', async () => {
    const { custodian, sentToEngine } = joined({
      'keystore.readKey': () =>
        Promise.reject(new ConsoleError('KEY_MISSING', { reason: 'why' }, new Error('inside'))),
    });
    await expect(custodian.keystore.readKey(TENANT)).rejects.toMatchObject({
      code: 'KEY_MISSING',
      detail: { reason: 'why' },
    });
    expect(JSON.stringify(sentToEngine)).not.toContain('inside');
  });

  it('makes INTERNAL of whatever is not an error with a code', async () => {
    const { custodian, log } = joined({ 'keystore.state': () => Promise.reject(new Error('inside')) });
    await expect(custodian.keystore.state()).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(log.lines.join()).toContain('inside');
  });

  it('refuses names of keys that are not what they must be', async () => {
    const { custodian } = joined({ 'keystore.createKey': async () => new Uint8Array(32) });
    const name = { kind: 'tenant', tenantId: '../catalog' } as const;
    await expect(custodian.keystore.createKey(name)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it.each(['__proto__', 'constructor', 'toString', 'keystore.everything'])(
    'knows no request %s',
    async (name) => {
      const { say, sentToEngine } = joined({});
      say({ type: 'request', id: 1, name, input: {} });
      await settled();
      expect(sentToEngine).toEqual([{ type: 'refusal', id: 1, error: { code: 'UNKNOWN_PROCEDURE' } }]);
    },
  );

  it.each([null, 'text', { type: 'other' }, { type: 'ready', more: 1 }, { type: 'pong', beat: 'x' }])(
    'does not listen to %j',
    (message) => {
      const { say, heard, log } = joined({});
      say(message);
      expect(heard).toEqual([]);
      expect(log.lines).toHaveLength(1);
    },
  );

  it('refuses an answer that is no key', async () => {
    const { custodian } = joined({ 'keystore.readKey': async () => new Uint8Array(5) });
    await expect(custodian.keystore.readKey(TENANT)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('hands over windows, also those that came before the engine took any', async () => {
    const { custodian, link, heard } = joined({});
    link.window('early', null, port);
    await settled();
    expect(heard).toEqual([]);
    const windows: unknown[] = [];
    custodian.onWindow((window) => windows.push(window));
    link.window('late', 'token', port);
    await settled();
    expect(heard).toEqual(['ready']);
    expect(windows).toEqual([
      { id: 'early', credential: null, port },
      { id: 'late', credential: 'token', port },
    ]);
  });

  it('keeps credentials, answers the heartbeat and says when all is closed', async () => {
    const { custodian, link, heard } = joined({});
    let closed = false;
    custodian.onShutdown(async () => {
      await settled();
      closed = true;
    });
    custodian.keystore.rememberCredential('one', 'token');
    custodian.tabs.write('two', 'other');
    link.ping(3);
    link.shutdown();
    await settled();
    await settled();
    await settled();
    expect(closed).toBe(true);
    expect(heard).toEqual(['one: token', 'tab two: other', 'pong 3', 'drained']);
  });

  it('tells that a host is gone, also when it was gone before the engine knew of it', async () => {
    const address = { id: 'h', socketPath: '/run/h', secret: 's', confined: true };
    const { custodian, link } = joined({
      'hosts.spawn': async () => {
        link.hostExited('h');
        return address;
      },
    });
    const host = await custodian.hosts.spawn('parser');
    await host.exited;
    expect(host).toMatchObject(address);
  });
});
