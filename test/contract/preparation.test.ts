import { describe, expect, it, onTestFinished } from 'vitest';
import type { Preparation } from '../../src/engine/ports';
import { startTestEngine } from '../support/engine';
import { problemOf } from '../support/engine/calls';
import { openTestWindow } from '../support/engine/client';
import { temporaryFolder } from '../support/temporaryFolder';

type Report = Parameters<Preparation['run']>[0];

/** Work that goes on until the test ends it. */
class HeldWork implements Preparation {
  readonly title = 'Preparing sample data';
  report: Report = () => undefined;
  signal: AbortSignal | null = null;
  end: (problem?: Error) => void = () => undefined;

  run = (report: Report, signal: AbortSignal): Promise<void> => {
    this.report = report;
    this.signal = signal;
    return new Promise((resolve, reject) => {
      this.end = (problem) => (problem ? reject(problem) : resolve());
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  };
}

describe('an installation that must be prepared', () => {
  async function start() {
    const work = new HeldWork();
    const test = startTestEngine(await temporaryFolder(), { preparation: work });
    onTestFinished(() => test.engine.close());
    return { work, ...test, client: openTestWindow(test.engine).client };
  }

  it('says what is done and how far it is, and opens by itself', async () => {
    const { work, client } = await start();
    const states = (await client.installation.status.watch({}))[Symbol.asyncIterator]();
    const next = async () => (await states.next()).value;
    const { title } = work;
    expect(await next()).toMatchObject({ state: 'preparing', preparation: { title, done: 0, total: 0 } });
    work.report(3, 7);
    expect(await next()).toMatchObject({ state: 'preparing', preparation: { title, done: 3, total: 7 } });
    expect(await problemOf(client.installation.tenants.list({}))).toMatchObject({ code: 'HOST_RESTARTING' });
    work.end();
    expect(await next()).toMatchObject({ state: 'first-run', preparation: null });
    await states.return?.(undefined);
  });

  it('is opened also when that failed, and the log says so', async () => {
    const { work, client, log } = await start();
    work.end(new Error('no room'));
    expect((await client.installation.status.read({})).state).toBe('first-run');
    expect(log.lines.join('\n')).toContain('a preparation failed');
  });

  it('gives the work up when the engine closes', async () => {
    const { work, engine } = await start();
    await engine.close();
    expect(work.signal?.aborted).toBe(true);
  });
});
