import { createLog, createSystemClock } from '../adapters/system';
import { type StandaloneEngine, startEngine } from '../custodian/standalone';
import type { Log } from '../engine/ports';
import { readServeOptions } from './serveOptions';
import type { Terminal } from './terminal';

/** @returns 0 when it was told to stop, 1 when the engine died too often, 128 and the signal's number at a second signal */
export async function serve(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = readServeOptions(args);
  const log = createLog('custodian', (line) => process.stderr.write(line), createSystemClock());
  const end = endings(log);
  const engine = await startEngine({ ...options, program: 'riscura serve', log, onFailed: end.failed });
  terminal.say(`riscura serves ${engine.data}`);
  log.info('the server is ready', { data: engine.data });
  return end.of(engine);
}

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;
type Signal = keyof typeof SIGNALS;

/** What ends the server: the first signal in order, a second one at once, or the engine itself. */
function endings(log: Log) {
  const signals: Signal[] = [];
  const onSignal = new Set<(signal: Signal) => void>();
  let failed: () => void = () => undefined;
  const failure = new Promise<void>((resolve) => {
    failed = resolve;
  });
  for (const signal of Object.keys(SIGNALS) as Signal[])
    process.on(signal, () => {
      signals.push(signal);
      for (const tell of onSignal) tell(signal);
    });
  const nth = (count: number): Promise<Signal> =>
    new Promise((resolve) => {
      const look = (): void => {
        const signal = signals[count - 1];
        if (signal) resolve(signal);
      };
      onSignal.add(look);
      look();
    });

  return {
    failed: () => failed(),
    of: async (engine: StandaloneEngine): Promise<number> => {
      const first = await Promise.race([nth(1), failure]);
      log.info('the server ends', { signal: first ?? null });
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
