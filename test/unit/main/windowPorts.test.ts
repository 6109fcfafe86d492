import { describe, expect, it } from 'vitest';
import type { EngineLink } from '../../../src/adapters/custodianLink';
import { createWindowPorts } from '../../../src/main/windowPorts';

function setUp() {
  let channels = 0;
  const ports = createWindowPorts<string>(() => {
    channels += 1;
    return { forWindow: `window end ${channels}`, forEngine: `engine end ${channels}` };
  });
  const window = (id: string) => {
    const given: string[] = [];
    return { id, given, give: (port: string) => given.push(port) };
  };
  const engine = () => {
    const told: unknown[][] = [];
    const link: EngineLink<string> = {
      window: (...words) => told.push(words),
      windowClosed: (id) => told.push(['closed', id]),
      hosts: () => undefined,
      hostExited: () => undefined,
      ping: () => undefined,
      examine: async () => null,
      shutdown: () => undefined,
    };
    return { link, told };
  };
  return { ports, window, engine };
}

describe('ports for windows', () => {
  it('gives a window that asked early its port once there is an engine', () => {
    const { ports, window, engine } = setUp();
    const one = window('one');
    const first = engine();
    ports.connect(one);
    expect(one.given).toEqual([]);
    ports.engineReady(first.link);
    expect(one.given).toEqual(['window end 1']);
    expect(first.told).toEqual([['one', null, 'engine end 1']]);
  });

  it('gives each window a new port, with its own credential, when the engine was restarted', () => {
    const { ports, window, engine } = setUp();
    const [one, two] = [window('one'), window('two')];
    ports.engineReady(engine().link);
    ports.connect(one);
    ports.connect(two);
    ports.remember('one', 'token of one');
    ports.engineGone();
    const second = engine();
    ports.engineReady(second.link);
    expect(second.told).toEqual([
      ['one', 'token of one', 'engine end 3'],
      ['two', null, 'engine end 4'],
    ]);
    expect([...one.given, ...two.given].join()).not.toContain('token');
  });

  it('forgets the credential with the window, and keeps none for a window it does not know', () => {
    const { ports, window, engine } = setUp();
    const first = engine();
    ports.remember('one', 'too early');
    ports.engineReady(first.link);
    ports.connect(window('one'));
    ports.remember('one', 'token');
    ports.closed('one');
    ports.connect(window('one'));
    expect(first.told).toEqual([
      ['one', null, 'engine end 1'],
      ['closed', 'one'],
      ['one', null, 'engine end 2'],
    ]);
  });

  it('keeps the credential over a reload and drops it at sign-out', () => {
    const { ports, window, engine } = setUp();
    const first = engine();
    ports.engineReady(first.link);
    ports.connect(window('one'));
    ports.remember('one', 'token');
    ports.connect(window('one'));
    ports.remember('one', null);
    ports.connect(window('one'));
    expect(first.told.map(([, credential]) => credential)).toEqual([null, 'token', null]);
  });
});
