import { createLog, createSystemClock } from '../adapters/system';
import { type Monitor, openMonitor } from '../custodian/monitor';
import { notifyServiceManager } from '../custodian/serviceManager';
import { type StandaloneEngine, startEngine } from '../custodian/standalone';
import type { Log } from '../engine/ports';
import { readServeOptions, type ServeOptions } from './serveOptions';
import { CommandProblem, type Terminal } from './terminal';

/** @returns 0 when it was told to stop, 1 when the engine died too often, 128 and the signal's number at a second signal */
export async function serve(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = readServeOptions(args);
  const log = createLog('custodian', (line) => process.stderr.write(line), createSystemClock());
  const end = endings(log);
  let engine: StandaloneEngine | null = null;
  const monitor = await monitorOf(options, {
    examine: async (metrics) => (await engine?.examine(metrics)) ?? null,
    isStopping: end.isStopping,
  });
  try {
    engine = await startEngine({ ...options, program: 'riscura serve', log, onFailed: end.failed });
    terminal.say(`riscura serves ${engine.data}`);
    log.info('the server is ready', { data: engine.data });
    notifyServiceManager('READY=1', log);
    return await end.of(engine);
  } finally {
    await monitor?.close();
  }
}

async function monitorOf(
  { monitor: place }: ServeOptions,
  asked: Omit<Parameters<typeof openMonitor>[0], 'place'>,
): Promise<Monitor | null> {
  if (!place) return null;
  try {
    return await openMonitor({ ...asked, place });
  } catch (problem) {
    const { code } = problem as NodeJS.ErrnoException;
    throw new CommandProblem(`Nobody can listen at ${place.address}:${place.port} (${code}).`);
  }
}

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;
type Signal = keyof typeof SIGNALS;

/** What ends the server: the first signal in order, a second one at once, or the engine itself. */
function endings(log: Log) {
  const signals: Signal[] = [];
  const waiting = new Set<() => void>();
  let failed: () => void = () => undefined;
  const failure = new Promise<void>((resolve) => {
    failed = resolve;
  });
  for (const signal of Object.keys(SIGNALS) as Signal[])
    process.on(signal, () => {
      signals.push(signal);
      for (const look of waiting) look();
    });
  const nth = (count: number): Promise<Signal> =>
    new Promise((resolve) => {
      const look = (): void => {
        const signal = signals[count - 1];
        if (signal) resolve(signal);
      };
      waiting.add(look);
      look();
    });

  return {
    failed: () => failed(),
    isStopping: () => signals.length > 0,
    of: async (engine: StandaloneEngine): Promise<number> => {
      const first = await Promise.race([nth(1), failure]);
      log.info('the server ends', { signal: first ?? null });
      notifyServiceManager('STOPPING=1', log);
      const second = nth(2).then((signal) => {
        engine.kill();
        return 128 + SIGNALS[signal];
      });
      const code = await Promise.race([second, engine.stop().then(() => (first ? 0 : 1))]);
      log.info('the server has ended', { code });
      return code;
    },
  };
}
