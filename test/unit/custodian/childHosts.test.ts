import { describe, expect, it } from 'vitest';
import type { ChildHost } from '../../../src/custodian/childHost';
import { createChildHosts } from '../../../src/custodian/childHosts';
import { createRestartPolicy } from '../../../src/custodian/restartPolicy';
import { recordingLog } from '../main/support';

const limits = { firstDelayMs: 40, longestDelayMs: 40, deaths: 2, windowMs: 60_000 };

class FakeHost implements ChildHost {
  readonly pid = 1;
  readonly exited: Promise<void>;
  readonly #comesUp: boolean;
  end: () => void = () => undefined;

  constructor(comesUp: boolean) {
    this.#comesUp = comesUp;
    this.exited = new Promise((resolve) => {
      this.end = resolve;
    });
  }
  listening = (): Promise<void> =>
    this.#comesUp ? Promise.resolve() : Promise.reject(new Error('it did not'));
  kill = async (): Promise<void> => this.end();
  release = this.kill;
}

function setUp(comesUp = true) {
  const started: FakeHost[] = [];
  const secrets: string[] = [];
  const states: string[] = [];
  const gone: string[] = [];
  const hosts = createChildHosts({
    start: async (_kind, secret) => {
      const host = new FakeHost(comesUp);
      started.push(host);
      secrets.push(secret);
      return { host, socketPath: `/run/${started.length}`, confined: true };
    },
    log: recordingLog(),
    onState: (kind, state, restarts) => states.push(`${kind} ${state} ${restarts}`),
    onExited: (id) => gone.push(id),
    policy: () => createRestartPolicy(limits),
  });
  return { hosts, started, secrets, states, gone };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 2));

describe('hosts for the engine', () => {
  it('starts each with a secret of its own and tells its address', async () => {
    const { hosts, secrets, states } = setUp();
    const [one, two] = [await hosts.spawn('parser'), await hosts.spawn('parser')];
    expect(one).toMatchObject({ socketPath: '/run/1', confined: true, secret: secrets[0] });
    expect(two.id).not.toBe(one.id);
    expect(new Set(secrets).size).toBe(2);
    expect(states).toEqual(['parser running 0', 'parser running 0']);
  });

  it('delays the model after a death nobody asked for', async () => {
    const { hosts, started, states } = setUp();
    await hosts.spawn('model');
    started[0]?.end();
    await settled();
    const begin = performance.now();
    await hosts.spawn('model');
    expect(performance.now() - begin).toBeGreaterThan(25);
    const told = states.filter((state) => !state.includes('idle'));
    expect(told).toEqual(['model running 0', 'model restarting 1', 'model running 1']);
  });

  it('does not let the next document wait because a parser died of the last', async () => {
    const { hosts, started, gone } = setUp();
    for (let death = 0; death < 5; death += 1) {
      const { id } = await hosts.spawn('parser');
      started.at(-1)?.end();
      await settled();
      expect(gone.at(-1)).toBe(id);
    }
    expect(started).toHaveLength(5);
  });

  it('counts no death that was asked for', async () => {
    const { hosts, states } = setUp();
    const { id } = await hosts.spawn('model');
    await hosts.release(id);
    await settled();
    expect(states.at(-1)).toBe('model idle 0');
  });

  it('gives up on a kind that does not come up, and leaves the others alone', async () => {
    const { hosts, states } = setUp(false);
    for (let tries = 0; tries < 4; tries += 1) {
      await expect(hosts.spawn('model')).rejects.toMatchObject({ code: 'HOST_RESTARTING' });
    }
    expect(states.at(-1)).toBe('model failed 3');
    await expect(hosts.spawn('parser')).rejects.toMatchObject({ code: 'HOST_RESTARTING', detail: {} });
    expect(states.at(-1)).toBe('parser restarting 1');
  });

  it('ends all of them with the engine they worked for', async () => {
    const { hosts, gone } = setUp();
    const ids = [(await hosts.spawn('model')).id, (await hosts.spawn('embedding')).id];
    await hosts.killAll();
    await settled();
    expect(gone.sort()).toEqual(ids.sort());
  });
});
