import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RequestHandlers } from '../../../src/adapters/custodianLink';
import { superviseEngine } from '../../../src/custodian/engineSupervisor';
import { createRestartPolicy } from '../../../src/custodian/restartPolicy';
import { FakeEngine, recordingLog } from '../main/support';

const heartbeat = { everyMs: 10, silentAtStart: 5, silentLater: 2 };
const limits = { firstDelayMs: 100, longestDelayMs: 1_000, deaths: 2, windowMs: 60_000 };

describe('the supervisor of the engine', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function supervised() {
    const engines: FakeEngine[] = [];
    const states: string[] = [];
    const killed: number[] = [];
    const ready: number[] = [];
    const supervisor = superviseEngine<string>({
      fork: () => {
        const engine = new FakeEngine(engines.length + 1);
        engines.push(engine);
        return engine;
      },
      kill: (pid) => {
        killed.push(pid);
        engines.find((engine) => engine.pid === pid)?.dies(137);
      },
      handlers: {} as RequestHandlers,
      policy: createRestartPolicy(limits),
      heartbeat,
      log: recordingLog(),
      onStarted: (link) => link.hosts([]),
      onReady: () => ready.push(engines.length),
      onGone: () => undefined,
      onState: (state, restarts) => states.push(`${state} ${restarts}`),
      onCredential: () => undefined,
      onTabCredential: () => undefined,
    });
    const newest = (): FakeEngine => {
      const engine = engines.at(-1);
      if (!engine) throw new Error('no engine was started');
      return engine;
    };
    return { supervisor, engines, states, killed, ready, newest };
  }

  it('starts a dead engine again, later each time, and gives up', async () => {
    const { supervisor, engines, states, newest } = supervised();
    supervisor.start();
    newest().says({ type: 'ready' });
    newest().dies();
    await vi.advanceTimersByTimeAsync(99);
    expect(engines).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(engines).toHaveLength(2);
    newest().dies();
    await vi.advanceTimersByTimeAsync(200);
    newest().dies();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(engines).toHaveLength(3);
    expect(states).toEqual(['running 0', 'restarting 1', 'restarting 2', 'failed 2']);
  });

  it('starts again after it gave up when a person asks', async () => {
    const { supervisor, engines, newest } = supervised();
    supervisor.start();
    for (const wait of [100, 200, 0]) {
      newest().dies();
      await vi.advanceTimersByTimeAsync(wait);
    }
    supervisor.retry();
    expect(engines).toHaveLength(4);
  });

  it('kills an engine that stops answering, and one that never answered', async () => {
    const { supervisor, killed, newest } = supervised();
    supervisor.start();
    await vi.advanceTimersByTimeAsync(200);
    expect(killed).toEqual([]);
    newest().alive = false;
    await vi.advanceTimersByTimeAsync(30);
    expect(killed).toEqual([1]);
    await vi.advanceTimersByTimeAsync(100);
    newest().alive = false;
    await vi.advanceTimersByTimeAsync(60);
    expect(killed).toEqual([1, 2]);
  });

  it('lets the engine close everything before it ends it, and does not start another', async () => {
    const { supervisor, engines, killed, newest } = supervised();
    supervisor.start();
    newest().says({ type: 'ready' });
    const stopped = supervisor.stop();
    expect(newest().got('shutdown')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(killed).toEqual([]);
    newest().says({ type: 'drained' });
    await stopped;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(killed).toEqual([1]);
    expect(engines).toHaveLength(1);
  });

  it('ends an engine that does not close in time', async () => {
    const { supervisor, killed } = supervised();
    supervisor.start();
    const stopped = supervisor.stop();
    await vi.advanceTimersByTimeAsync(15_000);
    await stopped;
    expect(killed).toEqual([1]);
  });

  it('does not take the word of an engine that says it is done without being asked', async () => {
    const { supervisor, killed, newest } = supervised();
    supervisor.start();
    newest().says({ type: 'drained' });
    await vi.advanceTimersByTimeAsync(0);
    expect(killed).toEqual([]);
  });
});
